/** A file with a key of 32 bytes, in base64 or hexadecimal digits, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { identityFaults } from './faults.ts'

/** The key in `file`, made when there is none: whole and on the disk before anything is sealed by it. */
export function keyFile(file: string): Buffer {
  if (existsSync(file)) return existingKey(file)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.unfinished`
  const handle = openSync(unfinished, 'w', 0o600)
  writeSync(handle, `${randomBytes(32).toString('base64')}\n`)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(unfinished, file)
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return existingKey(file)
}

export function existingKey(file: string): Buffer {
  if (!existsSync(file)) throw identityFaults['identity-key-missing']({ file })
  return parseKey(readFileSync(file, 'utf8').trim(), file)
}

export function parseKey(text: string, where: string): Buffer {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (bytes.length !== 32) throw identityFaults['bad-identity-key']({ where })
  return bytes
}
