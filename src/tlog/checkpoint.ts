/**
 * Checkpoints: what a log says of itself, signed. Its name, how many entries it has, and their root.
 * https://c2sp.org/tlog-checkpoint
 */
import { judgeCosignature } from './cosignature.ts'
import { tlogFaults } from './faults.ts'
import { HASH_BYTES } from './hash.ts'
import type { Signer, Verifier } from './key.ts'
import { judgeNote, openNote, parseNote, signText, writeNote } from './note.ts'
import { countFrom, hashFromBase64, toBase64 } from './text.ts'

export interface Checkpoint {
  /** Names the log: best a host and path without scheme, as in `hospital.example/audit`. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** More lines, which nobody verifies; best none. */
  readonly extensions?: readonly string[]
}

/** Whom to believe about a log: its own keys, and witnesses, whose cosignatures are reported when they are there. */
export interface Trust {
  readonly origin: string
  /** Keys of the log, new and old ones: one signature suffices. */
  readonly log: readonly Verifier[]
  readonly witnesses?: readonly Verifier[]
}

export interface OpenCheckpoint {
  readonly checkpoint: Checkpoint
  /** What was signed: the text to cosign. */
  readonly text: string
  /** Keys of the log that signed. At least one. */
  readonly by: readonly Verifier[]
  /** Witnesses that cosigned, with the time in seconds since 1970. */
  readonly seen: ReadonlyMap<Verifier, number>
}

/** The text of a checkpoint, to be signed. Throws `tlog/bad-checkpoint` when it couldn't be read back. */
export function checkpointText({ origin, size, root, extensions = [] }: Checkpoint): string {
  if (root.length !== HASH_BYTES) throw badCheckpoint(`its root has ${root.length} bytes`)
  const text = `${[origin, String(size), toBase64(root), ...extensions].join('\n')}\n`
  parseCheckpoint(text)
  return text
}

/** Reads the text of a checkpoint, without signatures. Throws `tlog/bad-checkpoint`. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw badCheckpoint("its last line doesn't end in a newline")
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = countFrom(sizeText)
  const root = hashFromBase64(rootText)
  if (origin === '') throw badCheckpoint('its first line, the origin, is empty')
  if (size === undefined) throw badCheckpoint('its second line is not a size')
  if (root === undefined) throw badCheckpoint('its third line is not a SHA-256 hash in base64')
  if (extensions.includes('')) throw badCheckpoint('one of its further lines is empty')
  return { origin, size, root, extensions }
}

/** Writes a checkpoint signed by each of these keys of the log. Several while keys change. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): string {
  const text = checkpointText(checkpoint)
  return writeNote({ text, signatures: signers.map((signer) => signText(text, signer)) })
}

/**
 * Reads a checkpoint and believes it: it is the named log's, and one of the log's keys has signed it. Throws
 * `tlog/bad-note`, `tlog/bad-checkpoint`, `tlog/other-origin`, `tlog/not-signed`, and `tlog/false-signature` when a
 * signature by the log or by a known witness is false.
 */
export function openCheckpoint(signed: string | Uint8Array, { origin, log, witnesses = [] }: Trust): OpenCheckpoint {
  const { text, by } = openNote(signed, log)
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== origin) throw tlogFaults['other-origin']({ origin })
  return { checkpoint, text, by, seen: judgeNote(parseNote(signed), witnesses, judgeCosignature) }
}

const badCheckpoint = (why: string) => tlogFaults['bad-checkpoint']({ why })
