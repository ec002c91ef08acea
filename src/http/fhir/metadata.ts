/** https://hl7.org/fhir/R4/http.html#capabilities */
import { hash } from 'node:crypto'
import { inPart, partOf } from '#record'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { type About, capabilityStatement, normativeStatement, terminologyCapabilities } from './capability.ts'
import type { Door, Handler } from './door.ts'
import { preferencesOf } from './prefer.ts'
import { askedInFhir } from './query.ts'

/** Stands where the base goes: that may be another for each name by which the server is reached. */
const BASE = 'urn:omnicare:base'

interface Statement {
  readonly type: string
  /** What stands before and after the base. */
  readonly before: string
  readonly after: string
  readonly tag: string
}

function statement(resource: unknown): Statement {
  const text = JSON.stringify(resource)
  const [before = '', after = ''] = text.split(BASE)
  return { type: (resource as { resourceType: string }).resourceType, before, after, tag: digest(text) }
}

const digest = (text: string): string => hash('sha256', text).slice(0, 16)

/** What is known of the server when it begins; who issues tokens is heard later. */
export interface Known extends Pick<About, 'version' | 'since'> {
  readonly issuer: () => string | undefined
}

/** Serves what the server can do, by `mode`. Made when first asked for, and when others than before issue tokens. */
export function capabilities({ base, audit, caller }: Door, { issuer: whoIssues, ...about }: Known): Handler {
  const made = new Map<string, Statement & { readonly issuer: string | undefined }>()
  const makers: Readonly<Record<string, (about: About) => unknown>> = {
    full: capabilityStatement,
    normative: normativeStatement,
    terminology: terminologyCapabilities,
  }
  const statementOf = (mode: string): Statement => {
    const issuer = whoIssues()
    const known = made.get(mode)
    if (known !== undefined && known.issuer === issuer) return known
    if (!Object.hasOwn(makers, mode)) throw httpFaults['bad-mode']()
    const fresh = { ...statement(makers[mode]?.({ ...about, issuer, base: BASE })), issuer }
    made.set(mode, fresh)
    return fresh
  }
  return async (request, reply) => {
    const what = askedInFhir(request)
    const { strict } = preferencesOf(request.headers.prefer)
    const mode = what.parameters.findLast(([name]) => name === 'mode')?.[1] ?? 'full'
    const others = what.parameters.filter(([name]) => name !== 'mode')
    const { type, before, after, tag: ofText } = statementOf(mode)
    const part = partOf(type, others, strict)
    const own = base(request)
    const tag = `W/"${ofText}-${digest(own)}"`
    const status = request.headers['if-none-match']?.includes(tag) ? 304 : 200
    await audit.record(caller(request), { action: 'capabilities', resources: [], patients: [], status })
    reply.header('etag', tag)
    if (status === 304) return reply.code(304).send()
    return sendText(reply, inPart(type, before + own + after, part), what)
  }
}
