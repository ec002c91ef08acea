/** The lines of one file, from a place on forwards or backwards, a piece of the file at a time. */
import { type FileHandle, open } from 'node:fs/promises'
import { timeOf } from './line.ts'

const PIECE = 64 * 1024
/** No line of ours is longer; of a file that has no ends of lines no more is kept in memory. */
const LONGEST = 1024 * 1024
const NEWLINE = 0x0a

export interface RawLine {
  readonly text: string
  readonly atMs: number
  /** Where it begins and where the next one does. */
  readonly from: number
  readonly to: number
}

/** Told how many bytes were read. */
export type Spend = (bytes: number) => void

/** The file has another first line than it had: it was put away meanwhile, and another one has its name. */
export class Moved extends Error {}

/** The time of the first line that tells one; undefined of an empty file, of one that is no log, or none. */
export async function firstTimeOf(path: string): Promise<number | undefined> {
  const file = await openIfThere(path)
  if (file === undefined) return undefined
  try {
    return await firstTimeIn(file)
  } finally {
    await file.close()
  }
}

async function firstTimeIn(file: FileHandle): Promise<number | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, 0)
  for (const line of buffer.subarray(0, bytesRead).toString().split('\n')) {
    const atMs = timeOf(line)
    if (atMs !== undefined) return atMs
  }
  return undefined
}

/** Whole lines from `from` on. The last one, while it is being written, is left for later. Throws `Moved`. */
export async function* linesAfter(source: Known, from: number, spend: Spend): AsyncGenerator<RawLine> {
  const file = await openKnown(source)
  try {
    let rest: Buffer = Buffer.alloc(0)
    let at = from
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, at + rest.length)
      if (bytesRead === 0) return
      spend(bytesRead)
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      let begin = 0
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, begin)) {
        const line = lineIn(rest.subarray(begin, end), at + begin, at + end + 1)
        begin = end + 1
        if (line !== undefined) yield line
      }
      at += begin
      rest = rest.subarray(begin)
      if (rest.length > LONGEST) {
        at += rest.length
        rest = Buffer.alloc(0)
      }
    }
  } finally {
    await file.close()
  }
}

/** Whole lines that end at `to` or before, the last first. Throws `Moved`. */
export async function* linesBefore(source: Known, to: number, spend: Spend): AsyncGenerator<RawLine> {
  const file = await openKnown(source)
  try {
    /** What begins at `at` and is read: it ends where the line ends that was given last. */
    let tail: Buffer = Buffer.alloc(0)
    let at = to
    let isWhole = false // A last line without its end is still being written.
    while (at > 0) {
      const length = Math.min(PIECE, at)
      at -= length
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
      spend(bytesRead)
      tail = Buffer.concat([buffer.subarray(0, bytesRead), tail])
      for (let end = tail.lastIndexOf(NEWLINE); end >= 0; end = tail.lastIndexOf(NEWLINE)) {
        const begin = end + 1
        const line = isWhole ? lineIn(tail.subarray(begin), at + begin, at + tail.length + 1) : undefined
        tail = tail.subarray(0, end)
        isWhole = true
        if (line !== undefined) yield line
      }
      if (tail.length > LONGEST) {
        tail = Buffer.alloc(0)
        isWhole = false
      }
    }
    const line = isWhole ? lineIn(tail, 0, tail.length + 1) : undefined
    if (line !== undefined) yield line
  } finally {
    await file.close()
  }
}

function lineIn(bytes: Buffer, from: number, to: number): RawLine | undefined {
  if (bytes.length === 0) return undefined
  const text = bytes.toString()
  const atMs = timeOf(text)
  return atMs === undefined ? undefined : { text, atMs, from, to }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A file and the time of its first line. */
export interface Known {
  readonly path: string
  readonly firstMs: number
}

async function openKnown({ path, firstMs }: Known): Promise<FileHandle> {
  const file = await openIfThere(path)
  if (file === undefined) throw new Moved()
  if ((await firstTimeIn(file)) === firstMs) return file
  await file.close()
  throw new Moved()
}
