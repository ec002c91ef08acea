/** Where the bytes come from: files, folders searched through, standard input; plain or gzip. */
import { open, readdir, readFile, stat } from 'node:fs/promises'
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

/** The files that `paths` name, what others refer to first. Throws `cli/not-found`. */
export async function sourcesIn(paths: readonly string[]): Promise<Source[]> {
  const files: string[] = []
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined)
    if (about === undefined) throw cliFaults['not-found']()
    if (!about.isDirectory()) files.push(path)
    else {
      const inside = await readdir(path, { recursive: true })
      const wanted = inside.filter((name) => FILE.test(name)).sort()
      files.push(...wanted.map((name) => join(path, name)))
    }
  }
  const sources = await Promise.all(
    files.map(async (path): Promise<Source> => {
      const { size } = await stat(path)
      const first = FIRST.test(basename(path))
      const read = isDocument(path) ? wholeOf : piecesOf
      return { name: path, bytes: size, first, open: (tell) => read(path, tell) }
    }),
  )
  return sources.sort((a, b) => Number(b.first) - Number(a.first))
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
