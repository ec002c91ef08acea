/** Resources and entries that came one by one, put together until they are worth a transaction. */
import { alone, type Entry, transactionOf } from './entry.ts'
import type { Unit } from './unit.ts'

const ENTRIES_TOGETHER = 200
const BYTES_TOGETHER = 4 * 1024 * 1024

interface One {
  readonly from: string
  readonly entry: Entry
}

export class Together {
  #ones: One[] = []
  #bytes = 0

  /** Gives the transaction that is complete with this entry, if one is. */
  add(from: string, entry: Entry): Unit[] {
    this.#ones.push({ from, entry })
    this.#bytes += entry.resource.length
    return this.#ones.length >= ENTRIES_TOGETHER || this.#bytes >= BYTES_TOGETHER ? this.rest() : []
  }

  /** What was put together so far, if anything. */
  rest(): Unit[] {
    const ones = this.#ones
    this.#ones = []
    this.#bytes = 0
    const [first] = ones
    if (first === undefined) return []
    if (ones.length === 1) return [alone(first.from, first.entry)]
    const text = transactionOf(ones.map(({ entry }) => entry))
    return [{ from: first.from, text, parts: () => ones.map(({ from, entry }) => alone(from, entry)) }]
  }
}
