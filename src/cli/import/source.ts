/** Where the bytes come from: files, folders searched through, standard input; plain or gzip. */
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { cliFaults } from '../faults.ts'
import { continued, MOST_BYTES } from './lines.ts'

export interface Source {
  /** As the report names it. */
  readonly name: string
  readonly bytes: number
  /** Whether other files refer to what is in this one. */
  readonly first: boolean
  /** The text, decompressed, in pieces; `tell` hears of each number of `bytes` that was read. */
  open(tell: (bytes: number) => void): AsyncGenerator<Buffer>
}

const FILE = /\.(json|ndjson)(\.gz)?$/
const FIRST = /^(hospital|practitioner)Information|^(Organization|Location|Practitioner|Patient)\b/
const DOCUMENT = /\.json(\.gz)?$/
const PIECE_BYTES = 1024 * 1024

/** Whether the file holds one document, not lines. */
export const isDocument = (name: string): boolean => DOCUMENT.test(name)

/**
 * The files that `paths` name, what others refer to first, and the folders among them that hold none. Throws
 * `cli/no-such-path`.
 */
export async function sourcesIn(paths: readonly string[]): Promise<{ sources: Source[]; empty: string[] }> {
  const sources: Source[] = []
  const empty: string[] = []
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined)
    if (about === undefined) throw cliFaults['no-such-path']({ path })
    const found = about.isDirectory() ? await sourcesBelow(path, new Set()) : [fileSource(path, about.size)]
    if (found.length === 0) empty.push(path)
    sources.push(...found)
  }
  return { sources: sources.sort((a, b) => Number(b.first) - Number(a.first)), empty }
}

function fileSource(path: string, bytes: number): Source {
  const read = isDocument(path) ? wholeOf : piecesOf
  return { name: path, bytes, first: FIRST.test(basename(path)), open: (tell) => read(path, tell) }
}

/**
 * All below `folder` that may be imported, in order, but for what has been `seen`: a link may lead back up. What can't be
 * read is there to be refused when it is opened.
 */
async function sourcesBelow(folder: string, seen: Set<string>): Promise<Source[]> {
  const real = await realpath(folder)
  if (seen.has(real)) return []
  seen.add(real)
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) return [fileSource(folder, 0)]
  const found: Source[] = []
  for (const name of names.sort()) {
    const path = join(folder, name)
    const about = await stat(path).catch(() => undefined)
    if (about?.isDirectory()) found.push(...(await sourcesBelow(path, seen)))
    // No pipes and the like, from which nothing may ever come.
    else if (FILE.test(name) && about?.isFile() !== false) found.push(fileSource(path, about?.size ?? 0))
  }
  return found
}

/** Standard input, of unknown length. */
export const sourceOf = (name: string, stream: Readable): Source => ({
  name,
  bytes: 0,
  first: false,
  open: (tell) => plain(counted(stream, tell)),
})

/** A document in one piece, which spares putting it together. Throws `cli/bad-compression`, `cli/too-long`. */
async function* wholeOf(path: string, tell: (bytes: number) => void): AsyncGenerator<Buffer> {
  const { size } = await stat(path)
  if (size > MOST_BYTES) throw cliFaults['too-long']()
  const bytes = await readFile(path)
  tell(bytes.length)
  yield isGzip(bytes) ? await (await gzip()).inflatedWhole(bytes) : bytes
}

const piecesOf = (path: string, tell: (bytes: number) => void): AsyncGenerator<Buffer> =>
  plain(counted(read(path), tell))

async function* read(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path)
  for (;;) {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    const { bytesRead } = await file.read(piece)
    if (bytesRead === 0) return
    yield piece.subarray(0, bytesRead)
  }
}

async function* counted(pieces: AsyncIterable<Buffer>, tell: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    tell(piece.length)
    yield piece
  }
}

/** Gzip is known by its first bytes, not by a name that standard input doesn't have. Throws `cli/bad-compression`. */
async function* plain(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer = Buffer.alloc(0)
  while (start.length < 2) {
    const next = await pieces.next()
    if (next.done === true) break
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
  const all = continued(start.length === 0 ? [] : [start], pieces)
  yield* isGzip(start) ? (await gzip()).inflatedPieces(all) : all
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const gzip = () => import('./gzip.ts')
