/** What is sent at once: a transaction, carried out whole or not at all. */
export interface Unit {
  /** File, and the line it begins at when the file holds several. */
  readonly from: string
  /** A Bundle of type transaction. */
  readonly text: string | Buffer
  /** The units into which it may be divided when it is refused: its entries came one by one. Absent when they belong together. */
  readonly parts?: () => readonly Unit[]
  /**
   * What the hospital calls `Bundle.entry[0].resource`, in the words of whoever wrote it: its type, or `resource`. Absent
   * when they wrote the Bundle.
   */
  readonly called?: string
  /** The requests were made here, from the types and ids of the resources. */
  readonly requestsMade?: true
}

/** What was not loaded, and why; from the hospital, or of what can't even be sent. */
export interface Refusal {
  readonly from: string
  readonly why: readonly string[]
}
