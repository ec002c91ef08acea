/**
 * Offline proofs: everything an outsider needs to see that one entry is in the log, in one text.
 * https://c2sp.org/tlog-proof
 */
import { type OpenCheckpoint, openCheckpoint, type Trust } from './checkpoint.ts'
import { tlogFaults } from './faults.ts'
import { isIncluded } from './prove.ts'
import { countFrom, fromBase64, hashFromBase64, toBase64 } from './text.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A tree that 2^53 can count is at most 53 rows high; the formats allow 63. */
const MOST_PROOF_HASHES = 63

export interface Proof {
  readonly index: number
  /** From the leaf's sibling up, as `proveInclusion` gives them. */
  readonly hashes: readonly Uint8Array[]
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: string
  /** Whatever the application adds. Nobody vouches for it. */
  readonly extra?: Uint8Array
}

/** Writes a proof; keep it in a file ending in `.tlog-proof`. */
export function writeProof({ index, hashes, checkpoint, extra }: Proof): string {
  const extraLine = extra === undefined || extra.length === 0 ? [] : [`extra ${toBase64(extra)}`]
  return [HEADER, ...extraLine, `index ${index}`, ...hashes.map(toBase64), '', checkpoint].join('\n')
}

/** Reads a proof without believing it. Throws `tlog/bad-proof`. */
export function parseProof(text: string): Proof {
  const end = text.indexOf('\n\n')
  if (end < 0) throw badProof('no empty line parts it from the checkpoint')
  const [header, ...lines] = text.slice(0, end).split('\n')
  if (header !== HEADER) throw badProof(`its first line is not ${HEADER}`)
  const extraText = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined
  const extra = extraText === undefined ? undefined : fromBase64(extraText)
  if (extraText !== undefined && extra === undefined) throw badProof('its extra line is not base64')
  const index = /^index /.test(lines[0] ?? '') ? countFrom((lines.shift() ?? '').slice('index '.length)) : undefined
  if (index === undefined) throw badProof("it doesn't tell the entry's index where it should")
  return { index, hashes: parseHashes(lines), checkpoint: text.slice(end + 2), ...(extra && { extra }) }
}

/** Reads lines of one hash each. Throws `tlog/bad-proof`. */
export function parseHashes(lines: readonly string[]): Buffer[] {
  if (lines.length > MOST_PROOF_HASHES) throw badProof(`it has more than ${MOST_PROOF_HASHES} hashes`)
  return lines.map((line) => {
    const hash = hashFromBase64(line)
    if (hash === undefined) throw badProof('one of its lines is not a SHA-256 hash in base64')
    return hash
  })
}

/**
 * What is proven of the entry with this leaf hash: its index, in which checkpoint, seen by whom. Throws
 * `tlog/false-proof` when nothing is, `tlog/bad-proof`, and as `openCheckpoint` does.
 */
export function openProof(
  text: string,
  leaf: Uint8Array,
  trust: Trust,
): OpenCheckpoint & Pick<Proof, 'index' | 'extra'> {
  const { index, hashes, checkpoint, extra } = parseProof(text)
  const open = openCheckpoint(checkpoint, trust)
  const { size, root } = open.checkpoint
  if (!isIncluded({ index, size, root, leaf, proof: hashes })) throw tlogFaults['false-proof']()
  return { ...open, index, ...(extra && { extra }) }
}

const badProof = (why: string) => tlogFaults['bad-proof']({ why })
