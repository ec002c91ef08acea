/**
 * The log as a folder of files, https://c2sp.org/tlog-tiles: docs/audit-verifier/verify.mjs verifies it without us.
 *
 * Nothing in it is ever written twice, so that the folder may be one that can't be rewritten; only `checkpoint`, which
 * names the newest state, is put in the place of the former one. Each checkpoint also stays under `checkpoints/`.
 */
import { constants } from 'node:fs'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  bundlePath,
  isConsistent,
  leafHashes,
  openCheckpoint,
  parseBundle,
  proveConsistency,
  TILE_WIDTH,
  tilePath,
  tilesOf,
} from '#tlog'
import { auditFaults } from '../faults.ts'
import type { Ledger } from './ledger.ts'
import { checkpointOf, fileOf } from './prove.ts'
import { tileReader } from './tree.ts'

export interface Exported {
  /** Entries in the folder now. */
  readonly size: number
  /** Files that are new. */
  readonly files: number
  readonly bytes: number
}

/**
 * Brings the folder up to date. Each new file is read back and compared, and what was exported before must be the beginning
 * of what is exported now. Throws `audit/other-export`, `audit/false-export`.
 */
export async function exportLedger(ledger: Ledger, folder: string): Promise<Exported> {
  const { size, signed } = await checkpointOf(ledger)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const before = await sizeExported(ledger, folder, size, signed)
  let files = 0
  let bytes = 0
  const put = async (path: string) => {
    const content = await fileOf(ledger, path)
    if (content === undefined) throw auditFaults['broken-tree']({ size })
    if (await writeOnce(join(folder, path), content, path)) {
      files++
      bytes += content.length
    }
    return content
  }
  for (const tile of tilesOf(size, before)) {
    const hashes = await put(tilePath(tile))
    if (tile.level > 0) continue
    const bundle = await put(bundlePath(tile))
    // Integrity of what leaves: the entries are those whose hashes leave with them.
    if (!leafHashes(parseBundle(bundle, tile.width)).equals(hashes))
      throw auditFaults['false-export']({ file: bundlePath(tile) })
  }
  await writeOnce(
    join(folder, 'checkpoints', String(size).padStart(15, '0')),
    Buffer.from(signed),
    `checkpoints/${size}`,
  )
  await replace(join(folder, 'checkpoint'), signed)
  return { size, files, bytes }
}

/** How many entries the folder has. It must be of this log, and its beginning. */
async function sizeExported(ledger: Ledger, folder: string, size: number, signed: string): Promise<number> {
  const old = await readFile(join(folder, 'checkpoint'), 'utf8').catch(() => undefined)
  if (old === undefined) return 0
  const log = await ledger.keys.verifiers()
  const trust = { origin: log[0]?.name ?? '', log }
  const now = openCheckpoint(signed, trust).checkpoint
  let former: typeof now
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
  return former.size - (former.size % TILE_WIDTH)
}

const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/** Gives whether the file is new. One that is there must be the same. */
async function writeOnce(file: string, content: Buffer, path: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  const there = await readFile(file).catch(() => undefined)
  if (there?.equals(content)) return false
  // An export that was interrupted leaves at most its last file unfinished, under another name.
  if (there !== undefined) throw auditFaults['false-export']({ file: path })
  const part = `${file}.part`
  const handle = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600)
  await handle.writeFile(content)
  await handle.sync()
  await handle.close()
  await chmod(part, 0o444)
  await rename(part, file)
  if (!(await readFile(file)).equals(content)) throw auditFaults['false-export']({ file: path })
  return true
}

async function replace(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.part`, WRITE_NEW & ~constants.O_EXCL, 0o644)
  await handle.truncate()
  await handle.writeFile(text)
  await handle.sync()
  await handle.close()
  await rename(`${file}.part`, file)
}
