/** What a source holds, in units that can be sent. */
import { Fault } from '#foundation/fault.ts'
import { readBundle, unitsOfBundle } from './bundle.ts'
import { alone, resourceEntry, resourceIn } from './entry.ts'
import { afterSpace, type Head, headOf } from './head.ts'
import { firstLine, joined, linesOf, withoutMark } from './lines.ts'
import { textOf, whyUnread } from './reasons.ts'
import { isDocument, type Source } from './source.ts'
import { Together } from './together.ts'
import type { Refusal, Unit } from './unit.ts'

/**
 * The units of `source`, in order; of NDJSON only what is in work is in memory. A source that can't be read, or not to its
 * end, is a refusal: there may be others.
 */
export async function* unitsOf(source: Source, tell: (bytes: number) => void): AsyncGenerator<Unit | Refusal> {
  const { name } = source
  try {
    if (isDocument(name)) return yield* unitsOfDocument(name, await joined(source.open(tell)))
    const { line, all } = await firstLine(source.open(tell))
    const text = withoutMark(line)
    // Standard input has no name to say what it is: it may be one document of many lines.
    if (/\.ndjson/.test(name) || isBlank(text) || headOf(text).whole) yield* unitsOfLines(name, all)
    else yield* unitsOfDocument(name, await joined(all))
  } catch (error) {
    yield { from: name, why: [whyUnread(error)] }
  }
}

async function* unitsOfLines(name: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<Unit | Refusal> {
  const together = new Together()
  let number = 0
  try {
    for await (const lines of linesOf(pieces)) {
      for (const line of lines) {
        number++
        const text = number === 1 ? withoutMark(line) : line
        if (isBlank(text)) continue
        const from = `${name}:${number}`
        const head = headOf(text, isBundle)
        const resource = resourceIn(text, head)
        if (resource !== undefined && resource.type !== 'Bundle') yield* together.add(from, resourceEntry(resource))
        else {
          // It may refer to what came before it.
          if (head.resourceType === 'Bundle') yield* together.rest()
          yield* unitsOfOther(from, text, head)
        }
      }
    }
  } catch (error) {
    yield { from: number === 0 ? name : `${name}:${number + 1}`, why: [whyUnread(error)] }
  }
  yield* together.rest()
}

const isBlank = (text: Buffer): boolean => afterSpace(text, 0) === text.length

async function* unitsOfDocument(from: string, document: Buffer): AsyncGenerator<Unit | Refusal> {
  const text = withoutMark(document)
  const head = headOf(text, isBundle)
  const resource = resourceIn(text, head)
  if (resource !== undefined && resource.type !== 'Bundle') yield alone(from, resourceEntry(resource))
  else yield* unitsOfOther(from, text, head)
}

const isBundle = ({ resourceType, type }: Head): boolean => resourceType === 'Bundle' && type !== undefined

/** Of a Bundle, or of what can't be told without reading it. */
async function* unitsOfOther(from: string, text: Buffer, head: Head): AsyncGenerator<Unit | Refusal> {
  // As it is, unread: should it say something else further on, then the hospital goes by that.
  if (head.resourceType === 'Bundle' && head.type === 'transaction') yield { from, text }
  else {
    try {
      yield* unitsOfBundle(from, text, await readBundle(text))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      yield { from, why: [textOf(error)] }
    }
  }
}
