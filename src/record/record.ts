/**
 * What the record can do, as every door sees it. FHIR R4 RESTful API: https://hl7.org/fhir/R4/http.html
 *
 * Resources go in and out as JSON text: what a client sent is what the next client reads, with the server's `id`,
 * `meta.versionId` and `meta.lastUpdated` in it. Everything here throws `Fault`s; nothing else is expected.
 *
 * Nothing is read or written without saying for whom. What is done is in the audit trail when the promise resolves: of a
 * read before the answer can leave, of a write in the write's own transaction. When it can't be written down it isn't done.
 * What is refused is for whoever asked to write down, who alone knows how it is answered.
 */
import type { Caller } from '#audit'
import type { Access } from '#identity/entry'
import type { Interaction } from './access/policy.ts'

/** Who asks, and with which rights; with none nothing is within reach. What is out of reach is answered as if it weren't there. */
export interface Asker extends Caller {
  readonly access: Access | null
}

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
  /** Whose data it is, as `Patient/1`. */
  readonly patients: readonly string[]
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

/**
 * With which status a version that was found will be answered; it is written down with that. What it throws stands in
 * place of the answer, and then nothing was read.
 */
export type Answered = (version: Version) => number

/** A chart that was opened in an emergency. */
export interface OpenedChart {
  readonly id: string
  /** Who did. */
  readonly person: string
  readonly name: string
  readonly role: string
  /** As in `Patient/1`. */
  readonly patient: string
  readonly reason: string
  /** RFC 3339. */
  readonly at: string
  readonly until: string
}

/** What asks and changes nothing. */
export type Reader = Pick<HealthRecord, 'read' | 'vread' | 'search' | 'history'>

export interface HealthRecord extends AsyncDisposable {
  /** Of what isn't there nothing is written down here: it is refused. */
  read(caller: Asker, type: string, id: string, answered?: Answered): Promise<Found>
  vread(caller: Asker, type: string, id: string, version: number, answered?: Answered): Promise<Found>

  /** With `ifNoneExist` (a search query), creates only when nothing matches; more than one match is `record/several-matches` (412). */
  create(caller: Asker, type: string, text: string, ifNoneExist?: string): Promise<Written>
  /** Creates under the client's id when it is new. `ifNoneMatch`: only when it is new (412 otherwise). */
  update(
    caller: Asker,
    type: string,
    id: string,
    text: string,
    when?: Condition & { readonly ifNoneMatch?: boolean },
  ): Promise<Written>
  updateWhere(caller: Asker, type: string, criteria: string, text: string, when?: Condition): Promise<Written>
  patch(caller: Asker, type: string, id: string, change: Change, when?: Condition): Promise<Written>
  patchWhere(caller: Asker, type: string, criteria: string, change: Change, when?: Condition): Promise<Written>
  /** The deletion's version; of a resource already deleted, its deletion; undefined for an id never used. */
  delete(
    caller: Asker,
    type: string,
    id: string,
    when?: Condition,
  ): Promise<{ version: number; updated: string } | undefined>
  /** Deletes the one match; undefined when there is none. */
  deleteWhere(caller: Asker, type: string, criteria: string): Promise<{ version: number; updated: string } | undefined>

  /** A Bundle of type history, newest first, as text. `record/unknown-instance` (404) when the instance never was. */
  history(caller: Asker, request: HistoryRequest): Promise<string>
  /** A Bundle of type searchset, as text. */
  search(caller: Asker, request: SearchRequest): Promise<string>
  /**
   * Carries out a batch or transaction Bundle; gives the response Bundle as text. With `key`, exactly once:
   * the same key again gives the first answer and changes nothing.
   */
  submit(
    caller: Asker,
    bundle: string,
    base: string,
    key?: string,
  ): Promise<{ readonly text: string; readonly replayed: boolean }>

  /** Throws `record/not-permitted` unless whoever asks may do that with those of all patients: for what the record does not keep. */
  require(caller: Asker, type: string, interaction: Interaction): void
  /**
   * Opens the chart of a patient to a clinician who does not care for them, in an emergency, for some minutes. Loudly: that,
   * and all that is done with it, is in the audit trail as what it is. Throws `record/not-permitted`, and
   * `record/unknown-instance` when there is no such patient or even an emergency opens nothing of theirs.
   */
  breakGlass(caller: Asker, patient: string, reason: string): Promise<OpenedChart>

  /**
   * Charts that were opened in an emergency, newest first, for whoever reviews that: those who may search the audit trail.
   * `before`: the id of the last one of the page before.
   */
  openedCharts(caller: Asker, page: { readonly most: number; readonly before?: string }): Promise<OpenedChart[]>

  /** Throws the reason when the record can't answer. For readiness. */
  ask(): Promise<void>
}
