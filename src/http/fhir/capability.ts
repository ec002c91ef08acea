/**
 * What the server can do, printed from what is there: https://hl7.org/fhir/R4/capabilitystatement.html
 */
import { hash } from 'node:crypto'
import { RESOURCE_TYPES, searchParameters, subset } from '#fhir'
import { sendText } from './answer.ts'
import type { Door, Handler } from './door.ts'
import { askedInFhir, partOf } from './query.ts'

export interface About {
  /** Of the software. */
  readonly version: string
  /** When this server began to answer, an instant. */
  readonly since: string
}

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
]
const SYSTEM_INTERACTIONS = ['transaction', 'batch', 'search-system', 'history-system']
const SEARCHABLE: ReadonlySet<string> = new Set(['string', 'token', 'reference', 'date', 'number', 'uri'])

const codes = (names: readonly string[]) => names.map((code) => ({ code }))

interface Statement {
  readonly text: string
  readonly tag: string
}

/** Serves the CapabilityStatement, which is the same for as long as the server runs; made when first asked for. */
export function capabilities({ audit, caller }: Pick<Door, 'audit' | 'caller'>, about: About): Handler {
  let made: Statement | undefined
  return async (request, reply) => {
    const what = askedInFhir(request)
    made ??= statement(about)
    const { text, tag } = made
    const part = partOf(what, false)
    const status = request.headers['if-none-match']?.includes(tag) ? 304 : 200
    await audit.record(caller(request), { action: 'capabilities', resources: [], patients: [], status })
    reply.header('etag', tag)
    if (status === 304) return reply.code(304).send()
    return sendText(reply, part ? subset('CapabilityStatement', text, part) : text, what)
  }
}

function statement(about: About): Statement {
  const text = JSON.stringify(capabilityStatement(about))
  return { text, tag: `W/"${hash('sha256', text).slice(0, 16)}"` }
}

function capabilityStatement({ version, since }: About) {
  const referrers = referrersByTarget()
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: since,
    kind: 'instance',
    software: { name: 'OmniCare', version },
    implementation: { description: 'OmniCare, the electronic medical record of this hospital' },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: { description: 'Every request carries `Authorization: Bearer <token>`.' },
        resource: [...RESOURCE_TYPES].map((type) => resource(type, referrers)),
        interaction: codes(SYSTEM_INTERACTIONS),
      },
    ],
  }
}

function resource(type: string, referrers: ReadonlyMap<string, readonly string[]>) {
  const parameters = searchable(type)
  const includes = parameters.filter((parameter) => parameter.type === 'reference').map(({ code }) => `${type}:${code}`)
  const revIncludes = referrers.get(type) ?? []
  return {
    type,
    interaction: codes(INTERACTIONS),
    versioning: 'versioned',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical'],
    // FHIR JSON has no empty arrays.
    ...(includes.length > 0 && { searchInclude: includes }),
    ...(revIncludes.length > 0 && { searchRevInclude: revIncludes }),
    ...(parameters.length > 0 && {
      searchParam: parameters.map(({ code, url, type }) => ({ name: code, definition: url, type })),
    }),
  }
}

const searchable = (type: string) =>
  [...searchParameters(type).values()].filter((parameter) => SEARCHABLE.has(parameter.type))

/** For each type, the parameters (`Observation:subject`) that may lead to it. */
function referrersByTarget(): ReadonlyMap<string, readonly string[]> {
  const referrers = new Map<string, string[]>()
  for (const source of RESOURCE_TYPES) {
    for (const { code, type, targets } of searchable(source)) {
      if (type !== 'reference') continue
      for (const target of targets) {
        const known = referrers.get(target)
        if (known) known.push(`${source}:${code}`)
        else referrers.set(target, [`${source}:${code}`])
      }
    }
  }
  return referrers
}
