/** Finding entries in an encrypted ledger. */

import { fromBytea } from '#foundation/bytea.ts'
import { auditFaults } from '../faults.ts'
import type { AuditEntry } from '../terms.ts'
import type { MonthKey } from './keys.ts'
import type { Ledger } from './ledger.ts'
import { readText } from './payload.ts'
import { lostRanges } from './statements/ledger.ts'
import { countEntries, entryById, entryByIndex, type FoundRow, searchEntries } from './statements/search.ts'
import { FILTERS, type Filter } from './tokens.ts'

/** For each filter a value, or several of which one is enough. */
export interface AuditSearch extends Partial<Readonly<Record<Filter, string | readonly string[]>>> {
  /** Beside the filters: of each list, one is enough. */
  readonly any?: readonly (readonly (readonly [Filter, string])[])[]
  readonly ids?: readonly string[]
  /** RFC 3339; from <= at < to. */
  readonly from?: string
  readonly to?: string
  /** Only entries before this number: the next page. */
  readonly before?: number
  /** Only entries after this number, and those first that come first. */
  readonly after?: number
  readonly most?: number
}

export interface FoundEntry {
  /** Its number in the ledger. */
  readonly index: number
  readonly source: string
  /** Absent when its month's key has been destroyed, or the entry has been altered. */
  readonly entry?: AuditEntry
  /** Of a time that a restore of its source has undone. */
  readonly lost: boolean
}

const MOST = 1_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Entries that fulfil all filters, newest first unless it is asked what came after a number; a hundred unless asked for
 * more. Throws `audit/bad-filter`.
 */
export async function searchLedger({ control, keys }: Ledger, search: AuditSearch): Promise<FoundEntry[]> {
  const { keys: readable } = await keys.readable()
  const words = wordsOf(search, readable)
  if (words === undefined) return []
  const { before = Number.MAX_SAFE_INTEGER, after, most = 100 } = search
  const rows = await control.rows(searchEntries({ ...words, before, after, most: Math.min(Math.max(most, 1), MOST) }))
  return found({ control }, rows, readable)
}

export interface Counted {
  readonly count: number
  /** RFC 3339; absent when there is none. */
  readonly first?: string
  readonly last?: string
}

/** How many entries fulfil all filters. */
export async function countLedger({ control, keys }: Ledger, search: AuditSearch): Promise<Counted> {
  const words = wordsOf(search, (await keys.readable()).keys)
  if (words === undefined) return { count: 0 }
  const [row] = await control.rows(countEntries(words))
  return {
    count: Number(row?.count ?? 0),
    ...(row?.first && { first: iso(row.first) }),
    ...(row?.last && { last: iso(row.last) }),
  }
}

/** One entry by its number or id, with its ciphertext. Throws `audit/no-such-entry`. */
export async function findEntry(
  { control, keys }: Ledger,
  named: string,
): Promise<FoundEntry & { readonly payload: Buffer }> {
  const isNumber = /^\d{1,15}$/.test(named)
  const isId = UUID.test(named)
  const rows = isNumber
    ? await control.rows(entryByIndex(Number(named)))
    : isId
      ? await control.rows(entryById(named))
      : []
  const [row] = rows
  if (row === undefined) throw auditFaults['no-such-entry']()
  const [entry] = await found({ control }, [row], (await keys.readable()).keys)
  return { ...(entry as FoundEntry), payload: fromBytea(row.payload) }
}

const iso = (timestamp: string): string => new Date(timestamp).toISOString()

/** The tokens of each filter; nothing when no month can be read. */
function wordsOf(search: AuditSearch, readable: ReadonlyMap<string, MonthKey>) {
  for (const time of [search.from, search.to])
    if (time !== undefined && Number.isNaN(Date.parse(time)))
      throw auditFaults['bad-filter']({
        why: 'A time is not one of RFC 3339, such as 2026-11-25 or 2026-11-25T08:00:00Z.',
      })
  const asked = [
    ...FILTERS.flatMap((filter) => {
      const values = search[filter]
      return values === undefined ? [] : [[values].flat().map((value): readonly [Filter, string] => [filter, value])]
    }),
    ...(search.any ?? []),
  ]
  if (asked.length > 0 && readable.size === 0) return undefined
  const tokens = Array.from(readable.values(), (month) => month.tokens)
  return {
    all: asked.map((words) => words.flatMap(([filter, value]) => tokens.map((token) => token(filter, value)))),
    ids: search.ids?.filter((id) => UUID.test(id)),
    from: search.from,
    to: search.to,
  }
}

async function found(
  { control }: Pick<Ledger, 'control'>,
  rows: readonly FoundRow[],
  readable: ReadonlyMap<string, MonthKey>,
): Promise<FoundEntry[]> {
  const lost = await control.rows(lostRanges())
  return rows.map(({ index, source, month, payload }) => {
    const key = readable.get(month)
    const text = key === undefined ? undefined : readText(fromBytea(payload), key.key)
    const number = Number(index)
    return {
      index: number,
      source,
      ...(text !== undefined && { entry: JSON.parse(text) as AuditEntry }),
      lost: lost.some((one) => one.source === source && Number(one.from) <= number && number < Number(one.upto)),
    }
  })
}
