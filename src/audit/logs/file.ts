/**
 * A log that loses no line and repeats none: written at once and in full, or not at all.
 *
 * Where it stopped is read from its own last line, so that no second file can disagree with it; a line that was cut off by
 * a crash is taken away first. It rolls over at midnight UTC; past days are compressed.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

const DAY_MS = 86_400_000
const PIECE = 64 * 1024
const FOR_OWNER = 0o600

export interface LogFile {
  /** `event.sequence` of the last line when it was opened; nothing when there was none. */
  readonly last: number | undefined
  /** Durable once it resolves. */
  readonly append: (lines: readonly string[]) => Promise<void>
  /** Begins a new file when the day is over. */
  readonly turn: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface LogFileOptions {
  readonly folder: string
  readonly name: string
  /** Past days that are kept. */
  readonly days: number
  readonly nowMs: () => number
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

/** Opens `<name>.log`; past days are in `<name>-<day>.log.gz`. */
export async function openLogFile({ folder, name, days, nowMs }: LogFileOptions): Promise<LogFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.log`)
  const past = new RegExp(`^${name}-(\\d{4}-\\d\\d-\\d\\d)(?:\\.\\d+)?\\.log(?:\\.gz)?$`)

  await using opened = new AsyncDisposableStack()
  let file = await open(path, 'a+', FOR_OWNER)
  opened.defer(() => file.close())
  let { size, mtimeMs } = await file.stat()
  let day = dayOf(mtimeMs)
  const end = await lastLine(file, size)
  if (end.size < size) await file.truncate(end.size)
  size = end.size
  const last = end.line === undefined ? await lastOfPast() : sequenceIn(end.line)
  await tidy()
  opened.move()

  async function lastOfPast(): Promise<number | undefined> {
    const all = (await readdir(folder)).filter((one) => past.test(one))
    const newest = all
      .map((one) => past.exec(one)?.[1] as string)
      .sort()
      .at(-1)
    const sequences = await Promise.all(
      all.filter((one) => past.exec(one)?.[1] === newest).map(async (one) => lastIn(join(folder, one))),
    )
    return sequences.reduce((most, one) => (most === undefined || (one ?? -1) > most ? one : most), undefined)
  }

  /** Compresses what a crash has left plain, and removes what is too old. */
  async function tidy(): Promise<void> {
    const oldest = dayOf(nowMs() - days * DAY_MS)
    for (const one of await readdir(folder)) {
      const of = past.exec(one)?.[1]
      const isHalf = one.startsWith(`${name}-`) && one.endsWith('.gz.new')
      if (isHalf || (of !== undefined && of < oldest)) await rm(join(folder, one), { force: true })
      else if (of !== undefined && !one.endsWith('.gz')) await compress(join(folder, one))
    }
  }

  async function turn(): Promise<void> {
    const today = dayOf(nowMs())
    if (today === day) return
    if (size > 0) {
      // A clock that was set back may have used the name: nothing is written over.
      const names = new Set(await readdir(folder))
      const isFree = (one: string) => !names.has(`${one}.log`) && !names.has(`${one}.log.gz`)
      let free = `${name}-${day}`
      for (let count = 2; !isFree(free); count++) free = `${name}-${day}.${count}`
      await file.close()
      await rename(path, join(folder, `${free}.log`))
      file = await open(path, 'a', FOR_OWNER)
      size = 0
      await tidy()
    }
    day = today
  }

  return {
    last,
    turn,
    async append(lines) {
      if (lines.length === 0) return
      await turn()
      const bytes = Buffer.from(lines.join(''))
      try {
        await file.appendFile(bytes)
        await file.datasync()
      } catch (error) {
        // What a full disk took of it would be there twice when it is written again.
        await file.truncate(size)
        throw error
      }
      size += bytes.length
    },
    close: () => file.close(),
  }
}

/** The last line that is whole, and where it ends. */
async function lastLine(file: FileHandle, size: number): Promise<{ line: string | undefined; size: number }> {
  let tail = Buffer.alloc(0)
  for (let from = size; from > 0; ) {
    const length = Math.min(PIECE, from)
    from -= length
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, from)
    tail = Buffer.concat([buffer, tail])
    const end = tail.lastIndexOf(0x0a)
    const before = end < 1 ? -1 : tail.lastIndexOf(0x0a, end - 1)
    if (end >= 0 && (before >= 0 || from === 0))
      return { line: tail.subarray(before + 1, end).toString(), size: from + end + 1 }
  }
  return { line: undefined, size: 0 }
}

async function lastIn(path: string): Promise<number | undefined> {
  let line: string | undefined
  let rest = ''
  const stream = createReadStream(path)
  try {
    for await (const piece of path.endsWith('.gz') ? stream.pipe(createGunzip()) : stream) {
      const lines = (rest + String(piece)).split('\n')
      rest = lines.pop() ?? ''
      line = lines.at(-1) ?? line
    }
  } finally {
    stream.destroy() // A file that can't be unpacked would stay open.
  }
  return line === undefined ? undefined : sequenceIn(line)
}

function sequenceIn(line: string): number | undefined {
  const { event } = JSON.parse(line) as { event?: { sequence?: number } }
  return event?.sequence
}

async function compress(path: string): Promise<void> {
  const half = `${path}.gz.new`
  await pipeline(createReadStream(path), createGzip(), createWriteStream(half, { mode: FOR_OWNER, flush: true }))
  await rename(half, `${path}.gz`)
  await rm(path)
}
