/**
 * The log as files, https://c2sp.org/tlog-tiles: docs/audit-verifier/verify.mjs verifies them without us.
 *
 * Nothing is ever written twice, so that the place may be one where nothing can be; only `checkpoint`, which names the
 * newest state, is put in the place of the former one. Each checkpoint also stays under `checkpoints/`.
 */
import {
  bundlePath,
  type Checkpoint,
  isConsistent,
  leafHashes,
  openCheckpoint,
  parseBundle,
  proveConsistency,
  TILE_WIDTH,
  tilePath,
  tilesOf,
} from '#tlog'
import { auditFaults } from '../../faults.ts'
import type { Ledger } from '../ledger.ts'
import { checkpointOf, fileOf } from '../prove.ts'
import { tileReader } from '../tree.ts'
import { checkExported } from './check.ts'
import type { ExportPlace } from './place.ts'

export interface Exported {
  /** Entries in the folder now. */
  readonly size: number
  /** Files that are new. */
  readonly files: number
  readonly bytes: number
}

/**
 * Brings the place up to date. What was exported before must still be there, unchanged, and must be the beginning of what is
 * exported now; each new file is read back and compared. Throws `audit/other-export`, `audit/false-export`.
 */
export async function exportLedger(ledger: Ledger, place: ExportPlace): Promise<Exported> {
  const { size, signed } = await checkpointOf(ledger)
  const former = await formerOf(ledger, place, size, signed)
  if (former !== undefined && place.isChangeable) await checkExported(place, former)
  let files = 0
  let bytes = 0
  const put = async (path: string) => {
    const content = await fileOf(ledger, path)
    if (content === undefined) throw auditFaults['broken-tree']({ size })
    if (await place.keep(path, content)) {
      files++
      bytes += content.length
    }
    return content
  }
  const before = former?.size ?? 0
  for (const tile of tilesOf(size, before - (before % TILE_WIDTH))) {
    const hashes = await put(tilePath(tile))
    if (tile.level > 0) continue
    const bundle = await put(bundlePath(tile))
    // Integrity of what leaves: the entries are those whose hashes leave with them.
    if (!leafHashes(parseBundle(bundle, tile.width)).equals(hashes))
      throw auditFaults['false-export']({ file: bundlePath(tile) })
  }
  await place.keep(`checkpoints/${String(size).padStart(15, '0')}`, Buffer.from(signed))
  await place.replace('checkpoint', Buffer.from(signed))
  return { size, files, bytes }
}

/** What was exported before. It must be of this log, and its beginning. */
async function formerOf(
  ledger: Ledger,
  place: ExportPlace,
  size: number,
  signed: string,
): Promise<Checkpoint | undefined> {
  const old = (await place.read('checkpoint'))?.toString()
  if (old === undefined) return undefined
  const log = await ledger.keys.verifiers()
  const trust = { origin: log[0]?.name ?? '', log }
  const now = openCheckpoint(signed, trust).checkpoint
  let former: Checkpoint
  try {
    former = openCheckpoint(old, trust).checkpoint
  } catch {
    throw auditFaults['other-export']({ why: 'its checkpoint is not one that this log has signed' })
  }
  if (former.size > size)
    throw auditFaults['other-export']({ why: `it has ${former.size} entries, the ledger has ${size}` })
  const proof = await proveConsistency(tileReader(ledger.control), former.size, size)
  if (!isConsistent({ oldSize: former.size, oldRoot: former.root, size, root: now.root, proof }))
    throw auditFaults['other-export']({
      why: 'the ledger does not begin with what was exported: one of them was altered',
    })
  return former
}
