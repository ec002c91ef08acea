/** What the ledger shows to outsiders: its checkpoint, its tiles, its encrypted entries, proofs. */
import { HASH_BYTES, parseTilePath, proveConsistency, proveInclusion, TILE_WIDTH, writeBundle, writeProof } from '#tlog'
import { auditFaults } from '../faults.ts'
import type { Ledger } from './ledger.ts'
import { type FoundEntry, findEntry } from './search.ts'
import { latestCheckpoint } from './statements/ledger.ts'
import { storedEntries, tileReader } from './tree.ts'

/** The latest signed checkpoint. Throws `audit/nothing-sealed`. */
export async function checkpointOf({ control }: Pick<Ledger, 'control'>): Promise<{ size: number; signed: string }> {
  const [latest] = await control.rows(latestCheckpoint())
  if (latest === undefined) throw auditFaults['nothing-sealed']()
  return { size: Number(latest.size), signed: latest.signed }
}

export interface Proven extends FoundEntry {
  /** https://c2sp.org/tlog-proof */
  readonly proof: string
  /** What was logged: the bytes that the proof is about. */
  readonly payload: Buffer
}

/** Proves that an entry, by its number or id, is in the ledger. Throws `audit/no-such-entry`. */
export async function proveEntry(ledger: Ledger, named: string): Promise<Proven> {
  const entry = await findEntry(ledger, named)
  const { size, signed } = await checkpointOf(ledger)
  const hashes = await proveInclusion(tileReader(ledger.control), entry.index, size)
  return { ...entry, proof: writeProof({ index: entry.index, hashes, checkpoint: signed }) }
}

/** One hash a line, in base64: that the ledger of now begins with all of the ledger of `oldSize`. */
export async function proveGrowth(ledger: Pick<Ledger, 'control'>, oldSize: number): Promise<string> {
  const { size } = await checkpointOf(ledger)
  const hashes = await proveConsistency(tileReader(ledger.control), oldSize, size)
  return hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
}

/** The file with this name of the log, as https://c2sp.org/tlog-tiles serves it; nothing when there is none (yet). */
export async function fileOf(ledger: Pick<Ledger, 'control'>, path: string): Promise<Buffer | undefined> {
  const tile = parseTilePath(path)
  if (tile === undefined) return undefined
  const from = tile.index * TILE_WIDTH
  if (tile.level === 'entries') {
    const { size } = await checkpointOf(ledger)
    const entries = from + tile.width > size ? [] : await storedEntries(ledger.control, from, from + tile.width)
    return entries.length === tile.width ? writeBundle(entries) : undefined
  }
  const [hashes] = await tileReader(ledger.control)([{ level: tile.level, index: tile.index, width: tile.width }])
  return hashes?.length === tile.width * HASH_BYTES ? Buffer.from(hashes) : undefined
}
