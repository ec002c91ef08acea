/**
 * What the record can do, as every door sees it. FHIR R4 RESTful API: https://hl7.org/fhir/R4/http.html
 *
 * Resources go in and out as JSON text: what a client sent is what the next client reads, with the server's `id`,
 * `meta.versionId` and `meta.lastUpdated` in it. Everything here throws `Fault`s; nothing else is expected.
 */

/** One version of one resource. */
export interface Version {
  readonly type: string
  readonly id: string
  /** 1 for the first version, then +1 for each; never reused. The ETag is `W/"<version>"`. */
  readonly version: number
  /** `meta.lastUpdated`, an instant in UTC with milliseconds. */
  readonly updated: string
  /** The exact JSON as served. */
  readonly text: string
}

/** What reading can find. None of them is an error here; the door decides how to say it. */
export type Found =
  | { readonly is: 'present'; readonly version: Version }
  | { readonly is: 'deleted'; readonly version: number; readonly updated: string }
  | { readonly is: 'unknown' }

export interface Written {
  /** `matched`: a conditional create found the one resource that is already there; `unchanged`: a patch that changes nothing. */
  readonly outcome: 'created' | 'updated' | 'matched' | 'unchanged'
  readonly version: Version
  /** References to resources that nobody has, when `OMNICARE_REFERENCES=warn`; FHIRPath expressions. */
  readonly warnings: readonly string[]
}

/** The version a client last saw, from If-Match; `*`: any, as long as the resource exists. */
export interface Condition {
  readonly ifMatch?: number | '*'
}

/** How to change a resource: what PATCH carried, already checked for form. */
export type Change = (current: string) => string

export interface HistoryRequest {
  /** Absent: the whole system. */
  readonly type?: string
  /** With `type`: one instance. */
  readonly id?: string
  /** Query parameters as sent: _since, _at, _count and the paging cursor; others are refused or ignored by `strict`. */
  readonly parameters: readonly (readonly [string, string])[]
  readonly strict: boolean
  /** Absolute FHIR base without a final slash; links and fullUrls begin with it. */
  readonly base: string
}

export interface SearchRequest {
  /** Absent: the whole system, which needs `_type`. */
  readonly type?: string
  readonly parameters: readonly (readonly [string, string])[]
  /** `Prefer: handling=strict`: refuse what is not understood instead of saying so in an outcome entry. */
  readonly strict: boolean
  readonly base: string
}

/** What asks and changes nothing. */
export type Reader = Pick<HealthRecord, 'read' | 'vread' | 'search' | 'history'>

export interface HealthRecord extends AsyncDisposable {
  read(type: string, id: string): Promise<Found>
  vread(type: string, id: string, version: number): Promise<Found>

  /** With `ifNoneExist` (a search query), creates only when nothing matches; more than one match is `record/several-matches` (412). */
  create(type: string, text: string, ifNoneExist?: string): Promise<Written>
  /** Creates under the client's id when it is new. `ifNoneMatch`: only when it is new (412 otherwise). */
  update(
    type: string,
    id: string,
    text: string,
    when?: Condition & { readonly ifNoneMatch?: boolean },
  ): Promise<Written>
  updateWhere(type: string, criteria: string, text: string, when?: Condition): Promise<Written>
  patch(type: string, id: string, change: Change, when?: Condition): Promise<Written>
  patchWhere(type: string, criteria: string, change: Change, when?: Condition): Promise<Written>
  /** The deletion's version; of a resource already deleted, its deletion; undefined for an id never used. */
  delete(type: string, id: string, when?: Condition): Promise<{ version: number; updated: string } | undefined>
  /** Deletes the one match; undefined when there is none. */
  deleteWhere(type: string, criteria: string): Promise<{ version: number; updated: string } | undefined>

  /** A Bundle of type history, newest first, as text. `record/unknown-instance` (404) when the instance never was. */
  history(request: HistoryRequest): Promise<string>
  /** A Bundle of type searchset, as text. */
  search(request: SearchRequest): Promise<string>
  /**
   * Carries out a batch or transaction Bundle; gives the response Bundle as text. With `key`, exactly once:
   * the same key again gives the first answer and changes nothing.
   */
  submit(bundle: string, base: string, key?: string): Promise<{ readonly text: string; readonly replayed: boolean }>

  /** Throws the reason when the record can't answer. For readiness. */
  ask(): Promise<void>
}
