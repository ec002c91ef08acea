/** What is wrong with a ledger: each finding in a sentence, with the entries it is about where they are known. */
export interface Finding {
  readonly says: string
  /** The first and the last entry it can be; the same when it is exactly known. Absent when no entry is accused. */
  readonly entries?: { readonly from: number; readonly to: number }
}

export interface Findings {
  add(says: string, from?: number, to?: number): void
  /** The first hundred, by entry; those that accuse none come last. */
  readonly list: () => Finding[]
  readonly count: () => number
}

const MOST_FINDINGS = 100

export function openFindings(): Findings {
  const found: Finding[] = []
  let count = 0
  return {
    add(says, from, to = from) {
      count++
      if (found.length < MOST_FINDINGS)
        found.push(from === undefined || to === undefined ? { says } : { says, entries: { from, to } })
    },
    list: () => found.toSorted((a, b) => (a.entries?.from ?? Number.MAX_VALUE) - (b.entries?.from ?? Number.MAX_VALUE)),
    count: () => count,
  }
}
