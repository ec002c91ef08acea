/**
 * An entry as a line of `audit.log` and `phi-access.log`, in the Elastic Common Schema:
 * https://www.elastic.co/guide/en/ecs/current/ecs-allowed-values-event-category.html
 *
 * Many may read logs that may not see charts. A line has no name of a patient: ids only, no search, no
 * reason in free words, nothing else that somebody typed.
 */
import { isIP } from 'node:net'
import { loggedRequest } from '#foundation/logged-request.ts'
import type { FoundEntry } from '../ledger/search.ts'
import type { Action, AuditEntry } from '../terms.ts'
import { agentOf } from './agent.ts'

const ECS_VERSION = '8.10.0'
/** References beyond these are counted: the ledger has them all. */
const MOST_REFERENCES = 100

/** What a log names it that is about patients; the word is that of the HMS manual. */
const OF_PATIENTS: Readonly<Partial<Record<Action, string>>> = {
  create: 'PATIENT_RECORD_CREATE',
  update: 'PATIENT_RECORD_UPDATE',
  patch: 'PATIENT_RECORD_UPDATE',
  delete: 'PATIENT_RECORD_DELETE',
  transaction: 'PATIENT_RECORD_CHANGE',
  batch: 'PATIENT_RECORD_CHANGE',
}

/** Whose trail was asked for is what was typed: whether there is such a patient, operations can't know. */
const isOfTrail = ({ plane, resources }: AuditEntry): boolean =>
  plane === 'operations' && resources.some((one) => one.startsWith('AuditEvent'))

/** An id that the server has made: no name looks like that. */
const MADE = /^[A-Z]\w*\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `PATIENT_RECORD_ACCESS`; `AUDIT_TRAIL_ACCESS` of who reads the trail; else the action itself, as in `SIGN_IN`. */
function nameOf(entry: AuditEntry): string {
  const { action, patients } = entry
  if (isOfTrail(entry)) return 'AUDIT_TRAIL_ACCESS'
  if (patients.length > 0) return OF_PATIENTS[action] ?? 'PATIENT_RECORD_ACCESS'
  return action.toUpperCase().replaceAll('-', '_')
}

const TYPES: Readonly<Partial<Record<Action, string>>> = {
  create: 'creation',
  update: 'change',
  patch: 'change',
  delete: 'deletion',
  'sign-in': 'start',
  'sign-out': 'end',
  'second-factor': 'start',
  account: 'user',
  credential: 'change',
  'api-key': 'change',
  oversight: 'info',
  'rotate-key': 'change',
  'destroy-key': 'deletion',
  restored: 'info',
  malformed: 'info',
}
const CATEGORIES: Readonly<Partial<Record<Action, string>>> = {
  'sign-in': 'authentication',
  'sign-out': 'session',
  'second-factor': 'authentication',
  account: 'iam',
  credential: 'iam',
  'api-key': 'iam',
  oversight: 'iam',
  'rotate-key': 'configuration',
  'destroy-key': 'configuration',
  restored: 'database',
  malformed: 'database',
  verify: 'database',
}
const RESULTS: Readonly<Record<AuditEntry['outcome'], string>> = {
  success: 'success',
  refused: 'failure',
  failed: 'failure',
  cancelled: 'unknown',
}

/** Refusals of which it is certain that the resource is there, and its id no name that somebody typed in its place. */
const OF_KNOWN: ReadonlySet<number> = new Set([403, 409, 410, 412])

/** A search names the chart that it asks for, there or not: an id without any digit may be a name in its place. */
const DIGIT_IN_ID = /\/.*\d/

export type LogName = 'audit' | 'phi-access'

/** One line with its end. The number in the ledger is `event.sequence`: by it a log goes on where it stopped. */
export function lineOf({ index, source, entry, lost }: FoundEntry, log: LogName): string {
  const head = { 'ecs.version': ECS_VERSION, 'log.level': 'info' }
  const event = { kind: 'event', sequence: index, dataset: `omnicare.${log.replace('-', '_')}` }
  if (entry === undefined)
    return print({
      ...head,
      message: 'AUDIT UNREADABLE',
      event: { ...event, action: 'UNREADABLE', outcome: 'unknown' },
      omnicare: { source },
    })
  const { at, actor, action, role, outcome, status, request, purpose, breakGlass } = entry
  const name = nameOf(entry)
  const { resource, ...about } = aboutOf(entry)
  return print({
    '@timestamp': at,
    ...head,
    message: `AUDIT ${name} ${outcome}${resource === undefined ? '' : ` ${resource}`} by ${actor.id}`,
    event: {
      ...event,
      id: entry.id,
      action: name,
      category: [CATEGORIES[action] ?? 'web'],
      type: [TYPES[action] ?? 'access', ...(outcome === 'refused' ? ['denied'] : [])],
      outcome: RESULTS[outcome],
      ...(entry.code !== undefined && { code: entry.code }),
    },
    user: { id: actor.id, ...(role !== '' && { roles: [role] }) },
    ...(entry.address !== '' && {
      source: { address: entry.address, ...(isIP(entry.address) > 0 && { ip: entry.address }) },
    }),
    ...(entry.agent !== '' && { user_agent: agentOf(entry.agent) }),
    http: { request: { id: loggedRequest(request) }, response: { status_code: status } },
    service: { name: `omnicare-${entry.plane}` },
    omnicare: {
      action,
      actor: actor.kind,
      purpose,
      ...(resource !== undefined && { resource }),
      ...about,
      ...(breakGlass && { break_glass: true }),
      ...(lost && { undone: true }),
    },
  })
}

/** Which resources and patients, and the first in the manual's form, `patient:12345`. */
function aboutOf(entry: AuditEntry) {
  const { action, outcome, status, resources, patients, more = 0 } = entry
  const isTyped = isOfTrail(entry)
  const isNamed = (reference: string) => action === 'search' && !DIGIT_IN_ID.test(reference)
  const isCertain = !isTyped && (outcome === 'success' || OF_KNOWN.has(status))
  const typeOf = (reference: string) => reference.split('/', 1)[0] as string
  const kept = (references: readonly string[]) =>
    isCertain
      ? references.slice(0, MOST_REFERENCES).map((one) => (isNamed(one) ? typeOf(one) : one))
      : [...new Set(references.map((one) => (isTyped && MADE.test(one) ? one : typeOf(one))))].slice(0, MOST_REFERENCES)
  const left = (references: readonly string[]) => Math.max(0, references.length - MOST_REFERENCES)
  const beyond = more + left(resources) + left(patients)
  const [first = resources[0]] = patients
  const resource =
    first === undefined ? undefined : kept([first])[0]?.replace(/^[A-Z]/, (letter) => letter.toLowerCase())
  return {
    resource: resource?.replace('/', ':'),
    ...(resources.length > 0 && { resources: kept(resources) }),
    ...(patients.length > 0 && { patients: kept(patients) }),
    ...(beyond > 0 && { more: beyond }),
  }
}

const print = (line: object): string => `${JSON.stringify(line)}\n`
