/**
 * What was made of three words, for as long as it is among the last tens of thousands that were asked for. By one word after
 * the other: to put them together first would cost as much as what is saved.
 */
type Words<T> = Map<string, Map<string | undefined, Map<string, T>>>

export class Remembered<T> {
  readonly #most: number
  #young: Words<T> = new Map()
  #old: Words<T> = new Map()
  #count = 0

  /** Up to twice `most` are kept: they are forgotten in two halves. */
  constructor(most: number) {
    this.#most = most
  }

  get(first: string, second: string | undefined, third: string): T | undefined {
    const young = this.#young.get(first)?.get(second)?.get(third)
    if (young !== undefined) return young
    const old = this.#old.get(first)?.get(second)?.get(third)
    if (old !== undefined) this.set(first, second, third, old)
    return old
  }

  set(first: string, second: string | undefined, third: string, made: T): void {
    if (this.#count >= this.#most) {
      this.#old = this.#young
      this.#young = new Map()
      this.#count = 0
    }
    const bySecond = within(this.#young, first)
    within(bySecond, second).set(third, made)
    this.#count++
  }
}

/** The map that stands under `word`, begun if need be. */
function within<K, Inner extends Map<unknown, unknown>>(map: Map<K, Inner>, word: K): Inner {
  const known = map.get(word)
  if (known !== undefined) return known
  const begun = new Map() as Inner
  map.set(word, begun)
  return begun
}
