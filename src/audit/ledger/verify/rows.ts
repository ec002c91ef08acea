/** Entries against the leaves that the tree has of them. */
import { HASH_BYTES, leafHashInto } from '#tlog'
import { read } from '../entries.ts'
import type { MonthKey } from '../keys.ts'
import { AT_AT, type Head, ID_AT, monthIn, readHead, readText, saysWords, sourceIn } from '../payload.ts'
import { ROW } from '../statements/verify.ts'
import { TOKEN_BYTES, tokensOf, wordsIn } from '../tokens.ts'
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
  /** By month. */
  readonly keys: ReadonlyMap<string, MonthKey>
  readonly decrypt: boolean
  readonly findings: Findings
  readonly counts: RowCounts
  /** Months that were met. */
  readonly months: Set<string>
}

/** Microseconds between 1970, from which JavaScript counts, and 2000, from which PostgreSQL does. */
const EPOCH_US = 946_684_800_000_000

/** Opens the check of rows that follow each other; whether their hashes are the tree's is for the caller to see. */
export function openRowCheck(options: RowCheckOptions): RowCheck {
  const { from, into, stored, keys, decrypt, findings, counts, months } = options
  let next = from
  let lastMonth: string | undefined
  let lastKey: MonthKey | undefined

  const missing = (upto: number) => {
    const [what, are] = upto - next === 1 ? [`entry ${next}`, 'is'] : [`entries ${next} to ${upto - 1}`, 'are']
    if (upto > next) findings.add(`${what} ${are} missing`, next, upto - 1)
    next = Math.max(next, upto)
  }
  const inside = (index: number, payload: Buffer, key: MonthKey) => {
    const wrong = differsInside(payload, readHead(payload) as Head, key)
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
      if (month !== lastMonth) {
        months.add(month)
        lastMonth = month
        lastKey = keys.get(month)
      }
      if (lastKey === undefined) counts.unreadable++
      const column = differing(fields, payload, month)
      if (column !== undefined) findings.add(`the ${column} in the row of entry ${index} has been altered`, index)
      if (decrypt && lastKey !== undefined) inside(index, payload, lastKey)
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
  if ((fields[ROW.source] as Buffer).toString('latin1') !== sourceIn(payload)) return 'source'
  return saysWords(payload, wordsOf(fields[ROW.tokens] as Buffer)) ? undefined : 'search tokens'
}

function differsInside(payload: Buffer, head: Head, { key, tokens }: MonthKey): string | undefined {
  const text = readText(payload, key)
  if (text === undefined) return 'the key of its month does not open the text'
  const entry = read(text)
  if (entry === undefined || entry.id !== head.id) return 'the text does not belong to the head'
  if (Date.parse(entry.at) !== head.atMs) return 'the text does not belong to the time'
  return saysWords(payload, wordsIn(tokensOf(entry, tokens)))
    ? undefined
    : 'the search tokens are not those of the text'
}

/** Of bigint[] in PostgreSQL's binary format: dimensions, flags, type, length, lower bound; then length and value of each. */
const ARRAY_HEAD_BYTES = 20
const ITEM_BYTES = 4 + TOKEN_BYTES
const scratch = Buffer.alloc(64 * 1024)

/** The values of a bigint[], one after the other; good until the next call. */
function wordsOf(array: Buffer): Buffer {
  const bytes = Math.floor(Math.max(0, array.length - ARRAY_HEAD_BYTES) / ITEM_BYTES) * TOKEN_BYTES
  const words = bytes <= scratch.length ? scratch : Buffer.alloc(bytes)
  for (let to = 0, at = ARRAY_HEAD_BYTES + 4; to < bytes; to += TOKEN_BYTES, at += ITEM_BYTES)
    array.copy(words, to, at, at + TOKEN_BYTES)
  return words.subarray(0, bytes)
}
