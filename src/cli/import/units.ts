/** What is sent at once: a Bundle to be carried out, whole or not at all. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { cliFaults } from '../faults.ts'

export interface Unit {
  /** File, and the line it begins at when the file holds several. */
  readonly from: string
  /** A Bundle of type transaction or batch, as text. */
  readonly text: string
  /** Whether its entries may be sent one by one when it is refused: they came one by one. */
  readonly divisible: boolean
}

const ENTRIES_TOGETHER = 200
const FILE = /\.(json|ndjson)(\.gz)?$/
/** What others refer to goes first. */
const FIRST = /^(hospital|practitioner)Information|^(Organization|Location|Practitioner|Patient)\b/

/** The files that `paths` name, folders searched through, shared resources first. Throws `cli/not-found`. */
export async function filesIn(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined)
    if (about === undefined) throw cliFaults['not-found']()
    if (!about.isDirectory()) found.push(path)
    else {
      const inside = await readdir(path, { recursive: true })
      found.push(
        ...inside
          .filter((name) => FILE.test(name))
          .sort()
          .map((name) => join(path, name)),
      )
    }
  }
  const rank = (file: string) => (FIRST.test(basename(file)) ? 0 : 1)
  return found.sort((a, b) => rank(a) - rank(b))
}

/** The units of one file, in order. */
export async function* unitsOf(file: string, stream?: Readable): AsyncGenerator<Unit> {
  if (stream === undefined && !/\.ndjson/.test(file)) {
    yield* unitsOfText(file, await wholeText(createReadStream(file)))
    return
  }
  const source =
    stream ?? (/\.gz$/.test(file) ? Readable.from([await wholeText(createReadStream(file))]) : createReadStream(file))
  yield* unitsOfLines(file, source)
}

async function wholeText(stream: Readable): Promise<string> {
  const bytes = Buffer.concat(await stream.toArray())
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  return (zipped ? gunzipSync(bytes) : bytes).toString('utf8')
}

function* unitsOfText(from: string, text: string): Generator<Unit> {
  const type = bundleType(text)
  if (type === 'transaction' || type === 'batch') yield { from, text, divisible: false }
  else if (type === undefined) yield { from, text: transactionOf([text]), divisible: false }
  else {
    const { entry = [] } = JSON.parse(text) as { entry?: { resource?: object }[] }
    const resources = entry.flatMap(({ resource }) => (resource === undefined ? [] : [JSON.stringify(resource)]))
    for (let at = 0; at < resources.length; at += ENTRIES_TOGETHER)
      yield { from, text: transactionOf(resources.slice(at, at + ENTRIES_TOGETHER)), divisible: true }
  }
}

/** NDJSON. A line may also be a whole transaction. */
async function* unitsOfLines(file: string, source: Readable): AsyncGenerator<Unit> {
  let lines: string[] = []
  let first = 1
  let at = 0
  const flush = (): Unit => {
    const unit = { from: `${file}:${first}`, text: transactionOf(lines), divisible: true }
    lines = []
    return unit
  }
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    at++
    if (line.trim() === '') continue
    const type = bundleType(line)
    if (type !== undefined) {
      if (lines.length > 0) yield flush()
      for (const unit of unitsOfText(`${file}:${at}`, line)) yield unit
      continue
    }
    if (lines.length === 0) first = at
    if (lines.push(line) === ENTRIES_TOGETHER) yield flush()
  }
  if (lines.length > 0) yield flush()
}

/** The type of a Bundle; undefined for another resource, or what is none: the server says what is wrong with it. */
function bundleType(text: string): string | undefined {
  if (!/"resourceType"\s*:\s*"Bundle"/.test(text)) return undefined
  try {
    const { resourceType, type } = JSON.parse(text) as { resourceType?: string; type?: string }
    return resourceType === 'Bundle' ? (type ?? 'collection') : undefined
  } catch {
    return undefined
  }
}

/** Resources as a transaction: under their own ids where they have one. */
export function transactionOf(resources: readonly string[]): string {
  const entries = resources.map((text) => {
    const type = /"resourceType"\s*:\s*"([A-Za-z]+)"/.exec(text)?.[1] ?? 'Basic'
    const id = ownId(text)
    const request = id === undefined ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` }
    return `{"resource":${text},"request":${JSON.stringify(request)}}`
  })
  return `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`
}

function ownId(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
