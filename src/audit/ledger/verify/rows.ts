/** Entries against the leaves that the tree has of them. */
import { HASH_BYTES, leafHashInto } from '#tlog'
import { read } from '../entries.ts'
import type { MonthKey } from '../keys.ts'
import { AT_AT, type Head, ID_AT, monthIn, readHead, readText, sourceIn } from '../payload.ts'
import { ROW } from '../statements/verify.ts'
import { tokensOf } from '../tokens.ts'
import type { Findings } from './findings.ts'

export interface RowCounts {
  entries: number
  /** Of months whose key is destroyed or altered. */
  unreadable: number
}

export interface RowCheck {
  /** Takes rows in the order of their index. */
  row(fields: readonly Buffer[]): void
  /** Ends the row of rows: says what is missing up to there. */
  upto(index: number): void
}

interface RowCheckOptions {
  readonly from: number
  /** Where each entry's hash is put, by its place after `from`. */
  readonly into: Buffer
  /** Likewise the hash that its row has. */
  readonly stored: Buffer
  /** By month; absent when nothing is to be decrypted. */
  readonly keys: ReadonlyMap<string, MonthKey> | undefined
  readonly findings: Findings
  readonly counts: RowCounts
  /** Months that were met. */
  readonly months: Set<string>
}

/** Microseconds between 1970, from which JavaScript counts, and 2000, from which PostgreSQL does. */
const EPOCH_US = 946_684_800_000_000

/** Opens the check of rows that follow each other; whether their hashes are the tree's is for the caller to see. */
export function openRowCheck(options: RowCheckOptions): RowCheck {
  const { from, into, stored, keys, findings, counts, months } = options
  let next = from
  let lastMonth: string | undefined

  const missing = (upto: number) => {
    const [what, are] = upto - next === 1 ? [`entry ${next}`, 'is'] : [`entries ${next} to ${upto - 1}`, 'are']
    if (upto > next) findings.add(`${what} ${are} missing`, next, upto - 1)
    next = Math.max(next, upto)
  }
  const inside = (index: number, payload: Buffer, tokens: Buffer) => {
    const head = readHead(payload) as Head
    const key = keys?.get(head.month)
    const wrong = key === undefined ? undefined : differsInside(payload, head, key, tokens)
    if (key === undefined) counts.unreadable++
    if (wrong !== undefined) findings.add(`${wrong} (entry ${index})`, index)
  }

  return {
    upto: missing,
    row(fields) {
      const index = Number((fields[ROW.index] as Buffer).readBigInt64BE())
      missing(index)
      next = index + 1
      counts.entries++
      const payload = fields[ROW.payload] as Buffer
      const place = (index - from) * HASH_BYTES
      leafHashInto(payload, into, place)
      ;(fields[ROW.leaf] as Buffer).copy(stored, place, 0, HASH_BYTES)
      const month = monthIn(payload)
      if (month === undefined) return findings.add(`entry ${index} is not an entry of this ledger`, index)
      if (month !== lastMonth) months.add(month)
      lastMonth = month
      const column = differing(fields, payload, month)
      if (column !== undefined) findings.add(`the ${column} in the row of entry ${index} has been altered`, index)
      if (keys !== undefined) inside(index, payload, fields[ROW.tokens] as Buffer)
    },
  }
}

/** Compares bytes with bytes: this is done for every entry there is. */
function differing(fields: readonly Buffer[], payload: Buffer, month: string): string | undefined {
  const id = fields[ROW.id] as Buffer
  for (let at = 0; at < 16; at += 4) if (id.readUInt32BE(at) !== payload.readUInt32BE(ID_AT + at)) return 'id'
  const atUs = fields[ROW.atUs] as Buffer
  const sameTime =
    atUs.readInt32BE(0) * 2 ** 32 + atUs.readUInt32BE(4) === payload.readUIntBE(AT_AT, 6) * 1000 - EPOCH_US
  if (!sameTime && atUs.readBigInt64BE() !== BigInt(payload.readUIntBE(AT_AT, 6)) * 1000n - BigInt(EPOCH_US))
    return 'time'
  if ((fields[ROW.month] as Buffer).toString('latin1') !== month) return 'month'
  return (fields[ROW.source] as Buffer).toString('latin1') === sourceIn(payload) ? undefined : 'source'
}

function differsInside(payload: Buffer, head: Head, key: MonthKey, tokens: Buffer): string | undefined {
  const text = readText(payload, key.key)
  if (text === undefined) return 'the key of its month does not open the text'
  const entry = read(text)
  if (entry === undefined || entry.id !== head.id) return 'the text does not belong to the head'
  if (Date.parse(entry.at) !== head.atMs) return 'the text does not belong to the time'
  return tokensIn(tokens).join() === tokensOf(entry, key.tokens).join()
    ? undefined
    : 'the search tokens have been altered'
}

/** bigint[] in PostgreSQL's binary format: dimensions, flags, element type, length, lower bound, then length and value of each. */
function tokensIn(array: Buffer): string[] {
  const count = array.length < 20 ? 0 : array.readInt32BE(12)
  const tokens: string[] = []
  for (let at = 20; tokens.length < count && at + 12 <= array.length; at += 12)
    tokens.push(String(array.readBigInt64BE(at + 4)))
  return tokens
}
