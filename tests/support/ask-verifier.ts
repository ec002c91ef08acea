import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { append, EMPTY_EDGE, leafHashes, makeSigner, type Signer, signCheckpoint } from '#tlog'

export const verifier = join(import.meta.dirname, '../../docs/audit-verifier/verify.mjs')
export const origin = 'hospital.example/audit'
export const signer = makeSigner(origin, Buffer.alloc(32, 1))
export const witness = makeSigner('witness.example/w1', Buffer.alloc(32, 4), 'cosignature')
export const key = ['--key', signer.verifier.text]

/** A folder for one test file's logs. */
export const room = mkdtempSync(join(tmpdir(), 'audit-verifier-'))
after(() => rmSync(room, { recursive: true }))
let files = 0
export const fileOf = (content: string | Uint8Array): string => {
  const file = join(room, `file-${++files}`)
  writeFileSync(file, content)
  return file
}

export interface Answer {
  readonly exit: number
  readonly firstBadEntry?: { from: number; to: number }
  readonly findings?: { says: string }[]
  readonly error?: string
  readonly size?: number
  readonly cosignedBy?: Record<string, string>
}
/** What the verifier says, run as its user runs it. */
export const ask = (...args: string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(process.execPath, [verifier, '--json', ...args], (error, stdout) => {
      resolve({ exit: error === null ? 0 : Number(error.code), ...JSON.parse(stdout) })
    })
  })
export const linesOf = (...args: string[]): Promise<string> =>
  new Promise((resolve) =>
    execFile(process.execPath, [verifier, ...args], (_, stdout, stderr) => resolve(stdout + stderr)),
  )

export const entry = (index: number): Buffer => Buffer.from(`entry ${index}`)
export const entries = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => entry(index))
export const SIZE = 700
/** A range of entries, as the verifier names it. */
export const at = (from: number, to = from) => ({ from, to })
export const signedOf = (all: readonly Uint8Array[], by: Signer = signer): string =>
  signCheckpoint({ origin, size: all.length, root: append(EMPTY_EDGE, leafHashes(all)).root }, [by])
