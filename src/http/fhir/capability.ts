/**
 * What the server can do, printed from what is there: https://hl7.org/fhir/R4/capabilitystatement.html
 */
import { EVENT_PARAMETERS } from '#audit'
import { RESOURCE_TYPES, type SearchParameter, searchParameters } from '#fhir'
import { oauthUris } from './smart.ts'

export interface About {
  /** Of the software. */
  readonly version: string
  /** When this server began to answer, an instant. */
  readonly since: string
  /** Its FHIR base. */
  readonly base: string
  /** Who issues tokens, where anybody but the machine does. */
  readonly issuer: string | undefined
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

/** What CapabilityStatement and TerminologyCapabilities have in common. */
const instance = ({ version, since, base }: About) => ({
  status: 'active',
  date: since,
  kind: 'instance',
  software: { name: 'OmniCare', version },
  implementation: { description: 'OmniCare, the electronic medical record of this hospital', url: base },
})

export function capabilityStatement(about: About) {
  const referrers = referrersByTarget()
  return {
    resourceType: 'CapabilityStatement',
    ...instance(about),
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: security(about),
        resource: [...RESOURCE_TYPES].map((type) => (type === TRAIL ? trail() : resource(type, referrers))),
        interaction: codes(SYSTEM_INTERACTIONS),
        searchParam: [
          ...searchable('Basic')
            .filter(({ code }) => code.startsWith('_'))
            .map(asSearchParam),
          {
            name: '_type',
            type: 'special',
            documentation: 'The one type that a search of the whole system is for; it cannot be left out there.',
          },
        ],
      },
    ],
  }
}

function security({ issuer }: About) {
  const description = 'Every request carries `Authorization: Bearer <token>`.'
  if (issuer === undefined) return { description }
  const code = 'SMART-on-FHIR'
  return {
    extension: [oauthUris(issuer)],
    // For the pages of registered programs.
    cors: true,
    service: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code, display: code }] },
    ],
    description,
  }
}

/** Elements that R4 has on trial, of those above: http://hl7.org/fhir/R4/capabilitystatement.html */
const ON_TRIAL: ReadonlySet<string> = new Set([
  'security',
  'versioning',
  'readHistory',
  'updateCreate',
  'conditionalCreate',
  'conditionalRead',
  'conditionalUpdate',
  'conditionalDelete',
  'referencePolicy',
  'searchInclude',
  'searchRevInclude',
])

/** The same without what R4 has on trial. */
export const normativeStatement = (about: About): unknown =>
  JSON.parse(JSON.stringify(capabilityStatement(about)), (name, value: unknown) =>
    ON_TRIAL.has(name) ? undefined : value,
  )

/** That there are no terminology services: code systems and value sets are kept and found like any other resource. */
export const terminologyCapabilities = (about: About) => ({
  resourceType: 'TerminologyCapabilities',
  ...instance(about),
  description: 'No terminology services yet: no expansion, validation, lookup, subsumption or translation.',
})

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
    ...(parameters.length > 0 && { searchParam: parameters.map(asSearchParam) }),
  }
}

/** Kept by operations, not in the record: read only, without versions and without what leads to it. */
const TRAIL = 'AuditEvent'

function trail() {
  const parameters = searchParameters(TRAIL)
  return {
    type: TRAIL,
    documentation: 'The audit trail. OmniCare alone writes it; it is read and searched, newest first.',
    interaction: codes(['read', 'search-type']),
    versioning: 'no-version',
    readHistory: false,
    updateCreate: false,
    conditionalCreate: false,
    conditionalRead: 'not-supported',
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    searchParam: Object.entries(EVENT_PARAMETERS).map(([name, type]) => ({
      name,
      definition: parameters.get(name)?.url,
      type,
    })),
  }
}

const asSearchParam = ({ code, url, type }: SearchParameter) => ({ name: code, definition: url, type })

const searchable = (type: string) =>
  [...searchParameters(type).values()].filter((parameter) => SEARCHABLE.has(parameter.type))

/** For each type, the parameters (`Observation:subject`) that may lead to it. */
function referrersByTarget(): ReadonlyMap<string, readonly string[]> {
  const referrers = new Map<string, string[]>()
  for (const source of RESOURCE_TYPES) {
    if (source === TRAIL) continue
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
