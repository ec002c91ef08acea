/** The shape of generated/structures.json, which scripts/generate/structures.ts prints from the official definitions. */
export interface Artefact {
  /** Names of the concrete resource types, sorted. */
  readonly resources: readonly string[]
  readonly primitives: readonly string[]
  /** Codes by system. */
  readonly valueSets: readonly Readonly<Record<string, readonly string[]>>[]
  /** Elements by type (`Patient`) and by backbone element (`Patient.contact`). */
  readonly types: Readonly<Record<string, readonly ElementEntry[]>>
}

export interface ElementEntry {
  /** Name; of a choice without its `[x]`. */
  n: string
  /** Types, or the path of the backbone element. */
  t: string[]
  min?: number
  many?: 1
  choice?: 1
  /** Part of a summary. */
  sum?: 1
  /** Index of the required value set. */
  vs?: number
  /** The system of a code that may be any of its codes. */
  sys?: string
  /** Resource types that a Reference may name; absent when it may name any. */
  to?: string[]
}
