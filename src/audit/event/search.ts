/** Finding AuditEvents: entries that the ledger finds by its words, those left out that the other parameters don't fit. */
import { auditFaults } from '../faults.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type AuditSearch, countLedger, type FoundEntry, findEntry, searchLedger } from '../ledger/search.ts'
import type { AuditEntry } from '../terms.ts'
import { type AuditEvent, auditEventOf } from './audit-event.ts'
import type { EventQuery } from './query.ts'

export interface EventPage {
  readonly events: readonly AuditEvent[]
  /** Where the next page begins; absent on the last. */
  readonly next?: number
  readonly total?: number
}

/** Looked at for one page. A page may be shorter than asked for, or empty, and still have a next one. */
const MOST_LOOKED_AT = 20_000
/** Looked at when only their number is wanted. */
const MOST_COUNTED = 200_000
const AT_ONCE = 1_000

/** A page of events, newest first. Throws `audit/bad-filter`, `audit/too-many-to-count`. */
export async function searchEvents(ledger: Ledger, query: EventQuery): Promise<EventPage> {
  const { narrowed, checks, count, total, onlyTotal } = query
  // The number of all, whatever page is asked for; it is left out where it would have to be found by looking at each.
  const { before: _, ...all } = narrowed
  if (onlyTotal) return { events: [], total: await countEvents(ledger, all, query) }
  const { found, next } = await take(ledger, query, count, MOST_LOOKED_AT)
  return {
    events: found.map(({ entry, lost }) => auditEventOf(entry, lost)),
    ...(next !== undefined && { next }),
    ...(total && checks.length === 0 && { total: (await countLedger(ledger, all)).count }),
  }
}

async function countEvents(ledger: Ledger, all: AuditSearch, query: EventQuery): Promise<number> {
  if (query.checks.length === 0) return (await countLedger(ledger, all)).count
  const { found, next } = await take(ledger, { ...query, narrowed: all }, MOST_COUNTED, MOST_COUNTED)
  if (next !== undefined) throw auditFaults['too-many-to-count']({ most: MOST_COUNTED })
  return found.length
}

interface Taken {
  readonly found: readonly (FoundEntry & { readonly entry: AuditEntry })[]
  readonly next?: number
}

async function take(ledger: Ledger, { narrowed, checks }: EventQuery, count: number, most: number): Promise<Taken> {
  const found: (FoundEntry & { readonly entry: AuditEntry })[] = []
  let before = narrowed.before
  for (let looked = 0; ; ) {
    const atOnce = checks.length === 0 ? Math.min(count - found.length + 1, AT_ONCE) : AT_ONCE
    const rows = await searchLedger(ledger, { ...narrowed, ...(before !== undefined && { before }), most: atOnce })
    for (const row of rows) {
      const { entry } = row
      if (entry === undefined || !checks.every((holds) => holds(entry))) continue
      if (found.length === count) return { found, next: found.at(-1)?.index as number }
      found.push({ ...row, entry })
    }
    looked += rows.length
    if (rows.length < atOnce) return { found }
    before = rows.at(-1)?.index
    if (looked >= most) return { found, ...(before !== undefined && { next: before }) }
  }
}

/** One event. Throws `audit/no-such-entry`, `audit/no-longer-readable`. */
export async function readEvent(ledger: Ledger, id: string): Promise<AuditEvent> {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw auditFaults['no-such-entry']()
  const { entry, lost } = await findEntry(ledger, id)
  if (entry === undefined) throw auditFaults['no-longer-readable']()
  return auditEventOf(entry, lost)
}
