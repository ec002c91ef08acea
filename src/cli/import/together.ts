/** Resources and entries that came one by one, put together until they are worth a transaction. */
import { type Entry, transactionOf } from './entry.ts'
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
    for (const piece of entry) this.#bytes += piece.length
    return this.#ones.length >= ENTRIES_TOGETHER || this.#bytes >= BYTES_TOGETHER ? this.rest() : []
  }

  /** What was put together so far, if anything. */
  rest(): Unit[] {
    const ones = this.#ones
    this.#ones = []
    this.#bytes = 0
    const [first] = ones
    if (first === undefined) return []
    const unit = { from: first.from, text: transactionOf(ones.map(({ entry }) => entry)) }
    return [ones.length === 1 ? unit : { ...unit, parts: () => ones.map(alone) }]
  }
}

const alone = ({ from, entry }: One): Unit => ({ from, text: transactionOf([entry]) })
