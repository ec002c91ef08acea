/**
 * What the ledger must hold of requests whose answers are known, and of a record whose versions are.
 *
 * Each request that was answered has one entry with the status it was answered with; a Bundle has one and one for each of
 * its entries. A 503 may say that it could not be written down (then nothing left), and of a change that it may have been
 * stored: then the entry of the change stands beside that of the failure. So it is with what got no answer.
 */
import type { AuditEntry } from '#audit'
import type { Asked } from './traffic.ts'

export interface Reckoned {
  /** What must not be, in words. */
  readonly findings: readonly string[]
  readonly answered: number
  readonly unserved: number
  readonly unanswered: number
}

const CHANGES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete'])
const WHOLE: ReadonlySet<string> = new Set(['batch', 'transaction'])

/** @param held every version in the record, as in `Patient/1/_history/2` */
export function reckon(asked: readonly Asked[], entries: readonly AuditEntry[], held: ReadonlySet<string>): Reckoned {
  const findings = [...repeated(entries), ...ofRecord(entries, held)]
  const own = entries.filter(({ actor }) => actor.kind !== 'system')
  for (const { action, request } of entries)
    if (action === 'restored' || action === 'malformed') findings.push(`${request}: ${action}`)
  const byRequest = Map.groupBy(own, ({ request }) => request)
  for (const one of asked) {
    findings.push(...ofRequest(one, byRequest.get(one.request) ?? []).map((finding) => `${one.request}: ${finding}`))
    byRequest.delete(one.request)
  }
  for (const request of byRequest.keys()) findings.push(`${request}: nobody has asked that`)
  const unserved = asked.filter(({ answered }) => (answered?.status ?? 0) >= 500).length
  const unanswered = asked.filter(({ answered }) => answered === undefined).length
  return { findings, unserved, unanswered, answered: asked.length - unserved - unanswered }
}

function repeated(entries: readonly AuditEntry[]): string[] {
  const ids = new Set<string>()
  return entries.flatMap(({ id }) => {
    if (ids.has(id)) return [`entry ${id} is there twice`]
    ids.add(id)
    return []
  })
}

/** Every version has the entry of the change that made it, and every change that is told of its version. */
function ofRecord(entries: readonly AuditEntry[], held: ReadonlySet<string>): string[] {
  const told = new Map<string, number>()
  for (const { action, outcome, resources } of entries)
    if (outcome === 'success' && CHANGES.has(action))
      for (const one of resources) told.set(one, (told.get(one) ?? 0) + 1)
  return [
    ...[...told].filter(([one]) => !held.has(one)).map(([one]) => `${one}: told of, but not in the record`),
    ...[...told].filter(([, times]) => times > 1).map(([one, times]) => `${one}: told of ${times} times`),
    ...[...held].filter((one) => !told.has(one)).map((one) => `${one}: in the record, but not told of`),
  ]
}

function ofRequest({ answered, entries: parts }: Asked, entries: readonly AuditEntry[]): string[] {
  if (answered === undefined || answered.status >= 500) return ofUncertain(answered?.status, parts ?? 0, entries)
  const { status, statuses = [] } = answered
  const whole = parts === undefined ? entries : entries.filter(({ action }) => WHOLE.has(action))
  const found = whole.map((entry) => entry.status)
  if (String(found) !== String([status])) return [`answered ${status}, told of: ${found}`]
  const rest = entries.filter((entry) => !whole.includes(entry)).map((entry) => entry.status)
  for (const one of statuses.filter((one) => one < 500)) {
    const at = rest.indexOf(one)
    if (at < 0) return [`an entry of the Bundle was answered ${one} and is not told of`]
    rest.splice(at, 1)
  }
  // An entry that could not be carried out, or not for sure.
  const uncertain = statuses.filter((one) => one >= 500).length
  return rest.length <= 2 * uncertain ? [] : [`the Bundle has entries that are not its own: ${rest}`]
}

function ofUncertain(status: number | undefined, parts: number, entries: readonly AuditEntry[]): string[] {
  if (status !== undefined && status !== 503) return [`answered ${status}`]
  const done = entries.filter(({ outcome }) => outcome === 'success' || outcome === 'refused').length
  const others = entries.length - done
  const most = parts + 1
  return done <= most && others <= most ? [] : [`told of ${done} times as done and ${others} times as not`]
}
