/** The shape of generated/search-parameters.json, which scripts/generate/search-parameters.ts prints. */
export interface SearchArtefact {
  readonly types: Readonly<Record<string, readonly SearchEntry[]>>
  /** The parameters that put a resource of the type into a patient's compartment. */
  readonly patient: Readonly<Record<string, readonly string[]>>
  /** Code systems in which case makes a difference: the ends of their addresses, by what stands before. */
  readonly caseSensitive: Readonly<Record<string, readonly string[]>>
}

export interface SearchEntry {
  readonly code: string
  readonly type: SearchType
  /** After http://hl7.org/fhir/SearchParameter/ */
  readonly url: string
  /** The official expression, only its terms for this type. */
  readonly path: string
  readonly targets?: readonly string[]
}

export type SearchType =
  | 'string'
  | 'token'
  | 'reference'
  | 'date'
  | 'number'
  | 'uri'
  | 'quantity'
  | 'composite'
  | 'special'
