/**
 * Cosignatures: a witness says that at a time it saw a log at this checkpoint, and that it had only grown.
 * Type 0x04, Ed25519. https://c2sp.org/tlog-cosignature
 */
import { tlogFaults } from './faults.ts'
import type { Signer } from './key.ts'
import { checkText, type Judge, type Signature } from './note.ts'

const TIME_BYTES = 8

/** One cosignature over a checkpoint's text. The time is in whole seconds since 1970, as POSIX counts them. */
export function cosign(text: string, signer: Signer, atSeconds: number): Signature {
  checkText(text)
  const { name, keyId, type } = signer.verifier
  if (type !== 'cosignature') throw tlogFaults['bad-key']({ why: "it isn't the key of a witness (type 4)" })
  const time = Buffer.alloc(TIME_BYTES)
  time.writeBigUInt64BE(BigInt(atSeconds))
  return { name, keyId, bytes: Buffer.concat([time, signer.signs(messageAt(atSeconds, text))]) }
}

/** Tells when a witness saw the text, in seconds since 1970. */
export const judgeCosignature: Judge<number> = (verifier, text, bytes) => {
  if (verifier.type !== 'cosignature' || bytes.length < TIME_BYTES) return undefined
  const time = bytes.readBigUInt64BE()
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return verifier.verifies(messageAt(Number(time), text), bytes.subarray(TIME_BYTES)) ? Number(time) : undefined
}

const messageAt = (atSeconds: number, text: string): string => `cosignature/v1\ntime ${atSeconds}\n${text}`
