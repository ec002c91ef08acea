/** One scrape of one target as bytes: how many, the numbers of the series, each less the one before, and the values; deflated. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

interface Packed {
  /** Ascending. */
  readonly ids: readonly number[]
  readonly values: readonly number[]
}

/** Level 1: the rows are small, and written every few seconds. */
const LEVEL = { level: 1 } as const
/** What is longer than this was not packed here. */
const LONGEST = { maxOutputLength: 4 * 1024 * 1024 } as const

export function pack(numbered: readonly (readonly [id: number, value: number])[]): Buffer {
  const all = numbered.toSorted(([a], [b]) => a - b)
  const bytes = Buffer.allocUnsafe(4 + all.length * 12)
  bytes.writeUInt32LE(all.length)
  let before = 0
  all.forEach(([id, value], index) => {
    bytes.writeUInt32LE(id - before, 4 + index * 4)
    bytes.writeDoubleLE(value, 4 + all.length * 4 + index * 8)
    before = id
  })
  return deflateRawSync(bytes, LEVEL)
}

export function unpack(content: Buffer): Packed {
  const bytes = inflateRawSync(content, LONGEST)
  const count = bytes.readUInt32LE()
  const ids: number[] = []
  const values: number[] = []
  let id = 0
  for (let index = 0; index < count; index++) {
    id += bytes.readUInt32LE(4 + index * 4)
    ids.push(id)
    values.push(bytes.readDoubleLE(4 + count * 4 + index * 8))
  }
  return { ids, values }
}
