/**
 * Signed notes: a text, an empty line, and one line for each signature.
 * https://c2sp.org/signed-note
 */
import { tlogFaults } from './faults.ts'
import { hexOf, isKeyName, type Signer, type Verifier } from './key.ts'
import { fromBase64, toBase64 } from './text.ts'

/** More than any log has witnesses; the specification asks for at least 16. */
const MOST_SIGNATURES = 100
const MOST_BYTES = 1_000_000

export interface Signature {
  readonly name: string
  readonly keyId: number
  /** What follows the key id: 64 bytes for a note's own type, 72 for a cosignature. */
  readonly bytes: Buffer
}

export interface Note {
  /** With its last newline, without the empty line. */
  readonly text: string
  readonly signatures: readonly Signature[]
}

/** Reads a note without believing it: nothing is verified. Throws `tlog/bad-note`. */
export function parseNote(note: string | Uint8Array): Note {
  const all = typeof note === 'string' ? note : fromUtf8(note)
  if (all.length > MOST_BYTES) throw badNote('it is longer than a million characters')
  if (!all.isWellFormed()) throw badNote("it isn't UTF-8")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\0-\x09\x0b-\x1f]/.test(all)) throw badNote('it has a control character')
  const end = all.lastIndexOf('\n\n')
  if (end < 0) throw badNote('no empty line parts the text from the signatures')
  if (!all.endsWith('\n')) throw badNote("its last line doesn't end in a newline")
  const lines = all.slice(end + 2, -1).split('\n')
  if (all.length === end + 2) throw badNote('it has no signature')
  if (lines.length > MOST_SIGNATURES) throw badNote(`it has more than ${MOST_SIGNATURES} signatures`)
  return { text: all.slice(0, end + 1), signatures: lines.map(parseSignatureLine) }
}

/** The line of one signature, with its newline: `— name base64(key id ‖ signature)`. */
export function signatureLine({ name, keyId, bytes }: Signature): string {
  const id = Buffer.alloc(4)
  id.writeUInt32BE(keyId)
  return `— ${name} ${toBase64(Buffer.concat([id, bytes]))}\n`
}

/** Writes a note with these signatures, in their order. */
export const writeNote = ({ text, signatures }: Note): string => `${text}\n${signatures.map(signatureLine).join('')}`

/** One signature over a text by a key of type `note`. Throws `tlog/bad-note` when the text can't be in a note. */
export function signText(text: string, signer: Signer): Signature {
  checkText(text)
  if (signer.verifier.type !== 'note') throw tlogFaults['bad-key']({ why: "a witness's key signs only cosignatures" })
  return { name: signer.verifier.name, keyId: signer.verifier.keyId, bytes: signer.signs(text) }
}

/** Throws `tlog/bad-note` for a text that can't be signed. */
export function checkText(text: string): void {
  if (!text.endsWith('\n')) throw badNote("its text doesn't end in a newline")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (!text.isWellFormed() || /[\0-\x09\x0b-\x1f]/.test(text)) throw badNote('its text has a control character')
}

/** Tells, for a signature by a known key, what it says: `undefined` when it is false. */
export type Judge<T> = (verifier: Verifier, text: string, bytes: Buffer) => T | undefined

/**
 * What the known keys say about a note, once for each key; signatures by others are ignored. Throws
 * `tlog/false-signature` when a signature by a known key is false, because then somebody has changed something.
 */
export function judgeNote<T>(note: Note, known: readonly Verifier[], judge: Judge<T>): Map<Verifier, T> {
  const said = new Map<Verifier, T>()
  for (const { name, keyId, bytes } of note.signatures) {
    const verifier = known.find((each) => each.name === name && each.keyId === keyId)
    if (verifier === undefined || said.has(verifier)) continue
    const saying = judge(verifier, note.text, bytes)
    if (saying === undefined) throw tlogFaults['false-signature']({ name: `${name}+${hexOf(keyId)}` })
    said.set(verifier, saying)
  }
  return said
}

/**
 * The text of a note that at least one of the known keys (of type `note`) has signed, and which have. Throws
 * `tlog/bad-note`, `tlog/false-signature`, `tlog/not-signed`.
 */
export function openNote(note: string | Uint8Array, known: readonly Verifier[]): { text: string; by: Verifier[] } {
  const parsed = parseNote(note)
  const by = [...judgeNote(parsed, known, judgeText).keys()]
  if (by.length === 0) throw tlogFaults['not-signed']()
  return { text: parsed.text, by }
}

const judgeText: Judge<true> = (verifier, text, bytes) =>
  verifier.type === 'note' && verifier.verifies(text, bytes) ? true : undefined

function parseSignatureLine(line: string): Signature {
  const [dash, name = '', base64 = '', ...more] = line.split(' ')
  if (dash !== '—' || more.length > 0 || !isKeyName(name)) throw badNote("a signature's line is not '— name base64'")
  const bytes = fromBase64(base64)
  if (bytes === undefined || bytes.length < 5) throw badNote("a signature isn't base64 of a key id and more")
  return { name, keyId: bytes.readUInt32BE(), bytes: bytes.subarray(4) }
}

function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw badNote("it isn't UTF-8")
  }
}

const badNote = (why: string) => tlogFaults['bad-note']({ why })
