/** Lines and whole documents, as bytes. */
import { cliFaults } from '../faults.ts'

/** Of one document or line: no file is to fill the memory, and the hospital takes less at once anyway. */
export const MOST_BYTES = 256 * 1024 * 1024

const NEWLINE = 10

/**
 * The lines of `pieces` without their ends, those that end in one piece together: to be gone through before the next are
 * asked for. Lines may be long: what has been looked through is not looked through again. Throws `cli/too-long`.
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Iterable<Buffer>> {
  let begun: Buffer[] = []
  let bytes = 0
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(NEWLINE)
    if (end >= 0) {
      yield linesWithin(begun, piece, end)
      begun = []
      bytes = 0
    }
    begun.push(piece.subarray(end + 1))
    bytes = checkLength(bytes + piece.length - end - 1)
  }
  if (bytes > 0) yield [together(begun)]
}

/** One by one: thousands at once would outlive the collection of the young, which costs more than all else here. */
function* linesWithin(begun: readonly Buffer[], piece: Buffer, last: number): Generator<Buffer> {
  let from = piece.indexOf(NEWLINE)
  yield together([...begun, piece.subarray(0, from)])
  while (from < last) {
    const end = piece.indexOf(NEWLINE, from + 1)
    yield piece.subarray(from + 1, end)
    from = end
  }
}

/** All of a document. Throws `cli/too-long`. */
export async function joined(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  let bytes = 0
  for await (const piece of pieces) {
    bytes = checkLength(bytes + piece.length)
    all.push(piece)
  }
  return together(all)
}

/** The first line of `pieces`, and all of them again, that line included. Throws `cli/too-long`. */
export async function firstLine(
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly line: Buffer; readonly all: AsyncIterable<Buffer> }> {
  const begun: Buffer[] = []
  let bytes = 0
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    begun.push(next.value)
    const end = next.value.indexOf(NEWLINE)
    bytes = checkLength(bytes + (end < 0 ? next.value.length : end))
    if (end < 0) continue
    return { line: together(begun).subarray(0, bytes), all: continued(begun, pieces) }
  }
  return { line: together(begun), all: continued(begun, pieces) }
}

export async function* continued(begun: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* begun
  yield* rest
}

/** Without a byte order mark, which some programs put before their text. */
export const withoutMark = (text: Buffer): Buffer =>
  text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text

const together = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)

function checkLength(bytes: number): number {
  if (bytes > MOST_BYTES) throw cliFaults['too-long']()
  return bytes
}
