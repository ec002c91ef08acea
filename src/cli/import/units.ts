/** What is sent at once: a transaction, carried out whole or not at all. */
import { type ReadEntries, readEntries, readJson } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import { cliFaults } from '../faults.ts'
import type { Source } from './source.ts'

export interface Unit {
  /** File, and the line it begins at when the file holds several. */
  readonly from: string
  /** A Bundle of type transaction, as text. */
  readonly text: string
  /** The units into which it may be divided when it is refused: its entries came one by one. Undefined when they belong together. */
  readonly parts?: readonly Unit[]
}

const ENTRIES_TOGETHER = 200
const CHARACTERS_TOGETHER = 4 * 1024 * 1024
/** Of one document or line. V8's strings end at 512 Mi characters, and what is sent is longer than what was read. */
const MOST_CHARACTERS = 256 * 1024 * 1024

/** The units of `source`, in order; of NDJSON only what is in work is in memory. Throws `cli/bad-compression`, `cli/too-long`. */
export async function* unitsOf(source: Source, tell: (bytes: number) => void): AsyncGenerator<Unit> {
  if (/\.json(\.gz)?$/.test(source.name)) {
    yield* unitsOfText(source.name, await joined(source.open(tell), ''))
    return
  }
  const together = new Together(source.name)
  const lines = linesOf(source.open(tell))
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    if (number === 1 && !isJson(line) && !/\.ndjson/.test(source.name)) {
      // Standard input has no name to say what it is: this is one document of many lines.
      yield* unitsOfText(source.name, `${line}\n${await joined(lines, '\n')}`)
      return
    }
    const from = `${source.name}:${number}`
    const bundle = bundleIn(line)
    if (bundle === undefined) yield* together.add(from, entryOf(line))
    else {
      yield* together.rest()
      yield* unitsOfBundle(from, line, bundle)
    }
  }
  yield* together.rest()
}

/** All of a document. Throws `cli/too-long`. */
async function joined(pieces: AsyncIterable<string>, separator: string): Promise<string> {
  const all: string[] = []
  let characters = 0
  for await (const piece of pieces) {
    characters = checkLength(characters + piece.length + separator.length)
    all.push(piece)
  }
  return all.join(separator)
}

function checkLength(characters: number): number {
  if (characters > MOST_CHARACTERS) throw cliFaults['too-long']()
  return characters
}

/** Lines may be long: what has been looked through is not looked through again. Throws `cli/too-long`. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = []
  let characters = 0
  for await (const piece of text) {
    const [end = '', ...lines] = piece.split('\n')
    begun.push(end)
    characters = checkLength(characters + end.length)
    if (lines.length === 0) continue
    yield begun.join('')
    begun = [lines.pop() as string]
    characters = (begun[0] as string).length
    yield* lines
  }
  const last = begun.join('')
  if (last !== '') yield last
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Entries that came one by one, put together until they are worth a transaction. */
class Together {
  readonly #name: string
  #parts: Unit[] = []
  #entries: string[] = []
  #characters = 0

  constructor(name: string) {
    this.#name = name
  }

  *add(from: string, entry: string): Generator<Unit> {
    this.#parts.push({ from, text: transactionOf([entry]) })
    this.#entries.push(entry)
    this.#characters += entry.length
    if (this.#entries.length >= ENTRIES_TOGETHER || this.#characters >= CHARACTERS_TOGETHER) yield* this.rest()
  }

  *rest(): Generator<Unit> {
    const [first] = this.#parts
    if (first !== undefined)
      yield { from: first.from || this.#name, text: transactionOf(this.#entries), parts: this.#parts }
    this.#parts = []
    this.#entries = []
    this.#characters = 0
  }
}

/** The Bundle that `text` is; undefined when it is anything else. */
function bundleIn(text: string): ReadEntries | undefined {
  if (!/"resourceType"\s*:\s*"Bundle"/.test(text)) return undefined
  try {
    const bundle = readEntries(text)
    return bundle.envelope.resourceType === 'Bundle' ? bundle : undefined
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function* unitsOfText(from: string, text: string): Generator<Unit> {
  const bundle = bundleIn(text)
  if (bundle === undefined) yield { from, text: transactionOf([entryOf(text)]) }
  else yield* unitsOfBundle(from, text, bundle)
}

/**
 * A transaction goes as it is. The entries of a batch and of any other Bundle stand for themselves: they are sent as
 * transactions too, under keys of their own, so that each is carried out once whatever happens in between.
 */
function* unitsOfBundle(from: string, text: string, { envelope, texts: resources }: ReadEntries): Generator<Unit> {
  const { type, entry = [] } = envelope as { type?: string; entry?: unknown }
  if (type === 'transaction' || !Array.isArray(entry)) {
    yield { from, text }
    return
  }
  const entries = entry.flatMap((one: { fullUrl?: string; request?: object } | null, index) => {
    const resource = resources[index]
    if (type === 'batch') return [entryText(one?.fullUrl, resource, one?.request)]
    return resource === undefined ? [] : [entryOf(resource, one?.fullUrl)]
  })
  if (entries.length === 0) return
  if (type !== 'batch' && entry.some((one) => /^urn:/.test(String(one?.fullUrl))))
    // They refer to each other by these addresses, which mean nothing outside.
    yield { from, text: transactionOf(entries) }
  else {
    const together = new Together(from)
    for (const [index, one] of entries.entries()) yield* together.add(`${from} entry ${index + 1}`, one)
    yield* together.rest()
  }
}

/** The type and id of a resource; undefined of what is none: the server says what is wrong with it. */
function about(text: string): { readonly type: string; readonly id: string | undefined } | undefined {
  try {
    const { resourceType, id } = readJson(text).value
    return typeof resourceType === 'string'
      ? { type: resourceType, id: typeof id === 'string' ? id : undefined }
      : undefined
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/** A resource as an entry: under its own id where it has one. */
function entryOf(resource: string, fullUrl?: string): string {
  const { type = 'Basic', id } = about(resource) ?? {}
  const request = id === undefined ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` }
  return entryText(fullUrl, resource, request)
}

function entryText(fullUrl: string | undefined, resource: string | undefined, request: object | undefined): string {
  const members = [
    ...(fullUrl === undefined ? [] : [`"fullUrl":${JSON.stringify(fullUrl)}`]),
    ...(resource === undefined ? [] : [`"resource":${resource.trim()}`]),
    ...(request === undefined ? [] : [`"request":${JSON.stringify(request)}`]),
  ]
  return `{${members.join(',')}}`
}

const transactionOf = (entries: readonly string[]): string =>
  `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`
