/**
 * Stolen passwords in a file: one a line, or as https://haveibeenpwned.com/Passwords gives them: SHA-1 in hexadecimal
 * digits, sorted, each with a count behind a colon. The latter has tens of gigabytes and is searched where it lies.
 */
import { hash } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { identityFaults } from '../../faults.ts'

/** More than any line of either form that counts. */
const LINE_BYTES = 512
const SHA1_LINE = /^[0-9A-Fa-f]{40}(:\d+)?\r?$/

/** Gives what tells whether a password (NFKC) is in the file. Throws `identity/unreadable-breached`. */
export async function openBreached(file: string): Promise<(password: string) => Promise<boolean>> {
  try {
    const isSorted = await withFile(file, async (handle) => SHA1_LINE.test(await lineAt(handle, 0)))
    if (isSorted) return (password) => withFile(file, (handle) => findSha1(handle, sha1Of(password)))
    const listed = new Set(
      (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.normalize('NFKC').toLowerCase()),
    )
    return async (password) => listed.has(password.toLowerCase())
  } catch (cause) {
    throw Object.assign(identityFaults['unreadable-breached']({ file }), { cause })
  }
}

const sha1Of = (password: string): string => hash('sha1', password, 'hex').toUpperCase()

async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file)
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}

/** Halves the bytes in which the line can begin, until there are none: some thirty reads for all passwords ever stolen. */
async function findSha1(handle: FileHandle, wanted: string): Promise<boolean> {
  let low = 0
  let high = (await handle.stat()).size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const start = await lineStart(handle, middle)
    const found = (await lineAt(handle, start)).slice(0, 40).toUpperCase()
    if (found === wanted) return true
    if (found !== '' && found < wanted) low = start + 1
    else high = middle
  }
  return false
}

/** Where the line begins that begins at `position` or, first, after it. */
async function lineStart(handle: FileHandle, position: number): Promise<number> {
  if (position === 0) return 0
  const text = await bytesAt(handle, position - 1)
  const end = text.indexOf('\n')
  return end < 0 ? position + LINE_BYTES : position + end
}

const lineAt = async (handle: FileHandle, start: number): Promise<string> =>
  (await bytesAt(handle, start)).split('\n')[0] as string

async function bytesAt(handle: FileHandle, start: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, start)
  return buffer.toString('latin1', 0, bytesRead)
}
