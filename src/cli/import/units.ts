/** What a source holds, in units that can be sent. */
import { Fault } from '#foundation/fault.ts'
import { readBundle, unitsOfBundle } from './bundle.ts'
import { alone, resourceEntry, resourceIn } from './entry.ts'
import { afterSpace, type Head, headOf } from './head.ts'
import { firstLine, joined, linesOf, withoutMark } from './lines.ts'
import { textOf } from './reasons.ts'
import { isDocument, type Source } from './source.ts'
import { Together } from './together.ts'
import type { Refusal, Unit } from './unit.ts'

/** The units of `source`, in order; of NDJSON only what is in work is in memory. Throws `cli/bad-compression`, `cli/too-long`. */
export async function* unitsOf(source: Source, tell: (bytes: number) => void): AsyncGenerator<Unit | Refusal> {
  if (isDocument(source.name)) {
    yield* unitsOfDocument(source.name, await joined(source.open(tell)))
    return
  }
  const { line, all } = await firstLine(source.open(tell))
  // Standard input has no name to say what it is: it may be one document of many lines.
  if (!/\.ndjson/.test(source.name) && !headOf(withoutMark(line)).whole)
    yield* unitsOfDocument(source.name, await joined(all))
  else yield* unitsOfLines(source.name, all)
}

async function* unitsOfLines(name: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<Unit | Refusal> {
  const together = new Together()
  let number = 0
  for await (const lines of linesOf(pieces)) {
    for (const line of lines) {
      number++
      const text = number === 1 ? withoutMark(line) : line
      if (afterSpace(text, 0) === text.length) continue
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
  yield* together.rest()
}

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
