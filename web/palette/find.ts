/** What the palette offers for what was typed. */
export interface Offer {
  readonly key: string
  readonly says: string
  /** What kind of thing it is, as in `Page`. */
  readonly kind: string
  /** Other words by which it is found. */
  readonly also?: string
  readonly run: () => unknown
}

const MOST = 12

/** Those in which every word typed begins a word, what is said first before what it is also called; in the order given. */
export function find(offers: readonly Offer[], typed: string): readonly Offer[] {
  const words = wordsOf(typed)
  const among = (text: string) => {
    const there = wordsOf(text)
    return words.every((word) => there.some((one) => one.startsWith(word)))
  }
  const named = offers.filter(({ says }) => among(says))
  const rest = offers.filter(
    (offer) => !named.includes(offer) && among(`${offer.says} ${offer.kind} ${offer.also ?? ''}`),
  )
  return [...named, ...rest].slice(0, MOST)
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
