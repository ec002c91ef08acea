/** Keys of 32 bytes: in files, and sealing other secrets by AES-256-GCM. Which key it is, and what it is for, its room says. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Fault } from './fault.ts'

/** What a room says of a key that is not there, or is none. */
export interface KeyFaults {
  readonly missing: (file: string) => Fault
  readonly bad: (where: string) => Fault
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Puts a new key into `file`, in the place of one that may be there: whole and on the disk before it returns; mode 0600. */
export function makeKeyFile(file: string): void {
  renameSync(unfinishedKey(file), file)
  syncFolder(file)
}

/**
 * The same where there is none yet. Copies of the hospital start at once and share a key: one makes it, and each finds that
 * one, not its own, which nothing could be opened by once another has taken its place.
 */
export function makeKeyFileOnce(file: string): void {
  if (existsSync(file)) return
  const unfinished = unfinishedKey(file)
  try {
    linkSync(unfinished, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(unfinished)
  }
  syncFolder(file)
}

function unfinishedKey(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.${process.pid}.unfinished`
  const handle = openSync(unfinished, 'w', 0o600)
  writeSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`)
  fsyncSync(handle)
  closeSync(handle)
  return unfinished
}

function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

export function readKeyFile(file: string, faults: KeyFaults): Buffer {
  if (!existsSync(file)) throw faults.missing(file)
  return parseKey(readFileSync(file, 'utf8').trim(), file, faults)
}

/** A key in base64 or as 64 hexadecimal digits; `where` it was found, for the fault. */
export function parseKey(text: string, where: string, { bad }: Pick<KeyFaults, 'bad'>): Buffer {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (bytes.length !== KEY_BYTES) throw bad(where)
  return bytes
}

/** Tells one key from another, and nothing of the key; `label` says what it is a key of. */
export const keyId = (key: Uint8Array, label: string): string =>
  createHmac('sha256', key).update(label).digest('hex').slice(0, 16)

/** Encrypts `secret`: nonce, ciphertext and tag in one. `what` says whose it is, and must be said again to open it. */
export function sealBy(key: Uint8Array, secret: Uint8Array, what: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(what))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

/** Throws when it was sealed for something else, by another key, or has been changed. */
export function unsealBy(key: Uint8Array, sealed: Uint8Array, what: string): Buffer {
  const end = sealed.length - TAG_BYTES
  const options = { authTagLength: TAG_BYTES }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), options)
  decipher.setAAD(Buffer.from(what)).setAuthTag(sealed.subarray(end))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
}
