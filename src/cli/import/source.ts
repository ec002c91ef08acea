/** Where the bytes come from: files, folders searched through, standard input; plain or gzip. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { cliFaults } from '../faults.ts'

export interface Source {
  /** As the report names it. */
  readonly name: string
  readonly bytes: number
  /** Whether other files refer to what is in this one. */
  readonly first: boolean
  /** The text, decompressed; `tell` hears of each piece of `bytes` that was read. */
  open(tell: (bytes: number) => void): AsyncIterable<string>
}

const FILE = /\.(json|ndjson)(\.gz)?$/
const FIRST = /^(hospital|practitioner)Information|^(Organization|Location|Practitioner|Patient)\b/

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
      return { name: path, bytes: size, first, open: (tell) => textOf(createReadStream(path), tell) }
    }),
  )
  return sources.sort((a, b) => Number(b.first) - Number(a.first))
}

/** Standard input, of unknown length. */
export const sourceOf = (name: string, stream: Readable): Source => ({
  name,
  bytes: 0,
  first: false,
  open: (tell) => textOf(stream, tell),
})

/** Gzip is known by its first bytes, not by a name that standard input doesn't have. Throws `cli/bad-compression`. */
async function* textOf(stream: Readable, tell: (bytes: number) => void): AsyncGenerator<string> {
  const chunks = counted(stream, tell)
  const { value: start } = await chunks.next()
  if (start === undefined) return
  const all = Readable.from(continued(start, chunks))
  if (!(start[0] === 0x1f && start[1] === 0x8b)) {
    yield* all.setEncoding('utf8') as AsyncIterable<string>
    return
  }
  const gunzip = createGunzip()
  all.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  try {
    yield* gunzip.setEncoding('utf8') as AsyncIterable<string>
  } catch (error) {
    throw (error as { code?: string }).code?.startsWith('Z_') ? cliFaults['bad-compression']() : error
  }
}

async function* counted(stream: Readable, tell: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    tell(chunk.length)
    yield chunk
  }
}

async function* continued(start: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield start
  yield* rest
}
