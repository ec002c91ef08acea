/**
 * The witness's side of add-checkpoint: what it answers to a log that wants a cosignature.
 * https://c2sp.org/tlog-witness
 */
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { tlogFaults } from './faults.ts'
import { EMPTY_ROOT } from './hash.ts'
import type { Verifier } from './key.ts'
import { openNote, parseNote } from './note.ts'
import { parseHashes } from './proof.ts'
import { isConsistent } from './prove.ts'
import { countFrom, toBase64 } from './text.ts'

/** The body of an add-checkpoint request. */
export interface Submission {
  readonly oldSize: number
  /** The consistency proof from the old size to the checkpoint's. */
  readonly proof: readonly Uint8Array[]
  /** The signed checkpoint, byte for byte. */
  readonly signed: string
  /** Which log it says it is of: look up that log's keys, and what was last cosigned for it. */
  readonly origin: string
}

/** A log whose checkpoints a witness cosigns. */
export interface WitnessedLog {
  /** Keys of the log, as the witness was told them. */
  readonly keys: readonly Verifier[]
  /** The last checkpoint that the witness cosigned; absent when it has cosigned none. */
  readonly latest?: Pick<Checkpoint, 'size' | 'root'> | undefined
}

/** The answer: an HTTP status and, unless it is 200, the body to send. */
export type Decision =
  | {
      readonly status: 200
      /**
       * Becomes the latest one: store it only while the one decided against is still the latest (in one transaction),
       * and before the cosignature leaves; otherwise two requests could roll the log back.
       */
      readonly checkpoint: Checkpoint
      /** The text to cosign: `cosign(text, key, seconds)`, sent as `signatureLine`. */
      readonly text: string
    }
  | { readonly status: 403 | 404 | 409 | 422 | 400; readonly contentType: string; readonly body: string }

/** Writes the body of an add-checkpoint request: the log's side. */
export function writeSubmission({ oldSize, proof, signed }: Omit<Submission, 'origin'>): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', signed].join('\n')
}

/** Reads the body of an add-checkpoint request. Throws `tlog/bad-proof`, `tlog/bad-note`, `tlog/bad-checkpoint`: all 400. */
export function parseSubmission(body: string): Submission {
  const end = body.indexOf('\n\n')
  if (end < 0) throw tlogFaults['bad-proof']({ why: 'no empty line parts it from the checkpoint' })
  const [old = '', ...lines] = body.slice(0, end).split('\n')
  const oldSize = old.startsWith('old ') ? countFrom(old.slice('old '.length)) : undefined
  if (oldSize === undefined) throw tlogFaults['bad-proof']({ why: "its first line is not 'old' and a size" })
  const signed = body.slice(end + 2)
  const { origin } = parseCheckpoint(parseNote(signed).text)
  return { oldSize, proof: parseHashes(lines), signed, origin }
}

/**
 * Decides about a submission. `log` is what the witness knows of the submission's origin; absent when it doesn't
 * know it. Nothing is stored or signed here.
 */
export function decide({ oldSize, proof, signed, origin }: Submission, log: WitnessedLog | undefined): Decision {
  if (log === undefined) return refuse(404, 'This witness does not know the log.')
  const text = signedText(signed, log.keys)
  if (text === undefined) return refuse(403, 'No key that this witness trusts for the log has signed the checkpoint.')
  const checkpoint = parseCheckpoint(text)
  const { size, root } = checkpoint
  if (checkpoint.origin !== origin) return refuse(404, 'This witness was asked about another log.')
  if (oldSize > size) return refuse(400, 'The old size is larger than the checkpoint.')
  const latest = log.latest ?? { size: 0, root: EMPTY_ROOT }
  if (oldSize !== latest.size) return { status: 409, contentType: 'text/x.tlog.size', body: `${latest.size}\n` }
  if (size === latest.size && Buffer.compare(root, latest.root) !== 0) {
    return refuse(409, 'The root is another one than this witness has cosigned for the same size.')
  }
  if (!isConsistent({ oldSize, oldRoot: latest.root, size, root, proof })) {
    return refuse(422, 'The consistency proof does not lead from the latest cosigned checkpoint to this one.')
  }
  return { status: 200, checkpoint, text }
}

function signedText(signed: string, keys: readonly Verifier[]): string | undefined {
  try {
    return openNote(signed, keys).text
  } catch {
    // Not signed by a trusted key, or falsely: either way the witness owes no more than "forbidden".
    return undefined
  }
}

const refuse = (status: 400 | 403 | 404 | 409 | 422, says: string): Decision => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${says}\n`,
})
