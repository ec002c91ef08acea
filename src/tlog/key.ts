/**
 * Ed25519 keys as signed notes write them: `name+keyid+base64` for one that verifies, `PRIVATE+KEY+name+keyid+base64`
 * for one that signs. A key id is 8 hexadecimal digits.
 * https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature, https://pkg.go.dev/golang.org/x/mod/sumdb/note
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { tlogFaults } from './faults.ts'
import { fromBase64, toBase64 } from './text.ts'

/** What a signature is over: the text (0x01), or the text with the time at which a witness saw it (0x04). */
const SIGNATURE_TYPES = { note: 0x01, cosignature: 0x04 } as const
export type SignatureType = keyof typeof SIGNATURE_TYPES

/** A key that verifies. Name and key id together tell which key made a signature. */
export interface Verifier {
  readonly name: string
  readonly keyId: number
  readonly type: SignatureType
  /** The key as text, to publish. */
  readonly text: string
  /** Whether these 64 bytes are this key's signature over the message. */
  readonly verifies: (message: string, signature: Uint8Array) => boolean
}

/** A key that signs notes. `text` is secret. */
export interface Signer {
  readonly verifier: Verifier
  readonly text: string
  /** 64 bytes over the message. */
  readonly signs: (message: string) => Buffer
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in DER.
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex')
const KEY_BYTES = 32

/** Reads a key that verifies, of a log or of a witness. Throws `tlog/bad-key`. */
export function readVerifier(text: string): Verifier {
  const [name = '', keyId = '', base64 = '', ...more] = text.split('+')
  // '+' is a base64 digit as well: what follows the second one belongs to the key.
  const { type, bytes } = readKey([base64, ...more].join('+'))
  const verifier = verifierOf(name, type, bytes)
  if (keyId !== hexOf(verifier.keyId)) throw badKey('its key id does not belong to its name and bytes')
  return verifier
}

/** Reads a key that signs. Throws `tlog/bad-key`, and never repeats the key. */
export function readSigner(text: string): Signer {
  const [secret, key, name = '', keyId = '', ...base64] = text.split('+')
  if (secret !== 'PRIVATE' || key !== 'KEY') throw badKey("it doesn't begin with PRIVATE+KEY+")
  const { type, bytes } = readKey(base64.join('+'))
  const signer = makeSigner(name, bytes, type)
  if (keyId !== hexOf(signer.verifier.keyId)) throw badKey('its key id does not belong to its name and bytes')
  return signer
}

/**
 * Makes a key that signs from 32 secret random bytes, which the caller draws. A log signs with type `note`, a witness
 * with `cosignature`. Throws `tlog/bad-key` when the name is empty or has a space or a plus sign.
 */
export function makeSigner(name: string, seed: Uint8Array, type: SignatureType = 'note'): Signer {
  if (seed.length !== KEY_BYTES) throw badKey(`it has ${seed.length} bytes, not ${KEY_BYTES}`)
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' })
  const publicBytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length)
  const verifier = verifierOf(name, type, publicBytes)
  return {
    verifier,
    text: `PRIVATE+KEY+${name}+${hexOf(verifier.keyId)}+${toBase64(typed(type, seed))}`,
    signs: (message) => sign(null, Buffer.from(message), key),
  }
}

/** Unicode spaces, and U+0085 which \s leaves out; either would make a signature line ambiguous. */
export const isKeyName = (name: string): boolean => name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name)

/** As in a vkey: 8 hexadecimal digits. */
export const hexOf = (keyId: number): string => keyId.toString(16).padStart(8, '0')

function verifierOf(name: string, type: SignatureType, bytes: Uint8Array): Verifier {
  if (!isKeyName(name)) throw badKey('its name is empty, or has a space or a plus sign')
  const keyId = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed(type, bytes)]), 'buffer').readUInt32BE()
  const key: KeyObject = createPublicKey({ key: Buffer.concat([PUBLIC_DER, bytes]), format: 'der', type: 'spki' })
  return {
    name,
    keyId,
    type,
    text: `${name}+${hexOf(keyId)}+${toBase64(typed(type, bytes))}`,
    verifies: (message, signature) => signature.length === 64 && verify(null, Buffer.from(message), key, signature),
  }
}

function readKey(base64: string): { type: SignatureType; bytes: Buffer } {
  const key = fromBase64(base64)
  if (key === undefined) throw badKey('it is not base64')
  const type = (Object.keys(SIGNATURE_TYPES) as SignatureType[]).find((each) => SIGNATURE_TYPES[each] === key[0])
  if (type === undefined) throw badKey('it is not an Ed25519 key (type 1) or an Ed25519 key of a witness (type 4)')
  if (key.length !== 1 + KEY_BYTES) throw badKey(`it has ${key.length - 1} bytes, not ${KEY_BYTES}`)
  return { type, bytes: key.subarray(1) }
}

const typed = (type: SignatureType, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(SIGNATURE_TYPES[type]), bytes])

const badKey = (why: string) => tlogFaults['bad-key']({ why })
