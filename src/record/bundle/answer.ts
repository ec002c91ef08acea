/** The answers to the entries of a Bundle, as text. https://hl7.org/fhir/R4/bundle.html#bundle-response */
import { Fault, issuesOf, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { recordFaults } from '../faults.ts'
import type { Version } from '../record.ts'
import { bundle } from '../search/bundle-text.ts'

export interface Answer {
  readonly status: string
  readonly location?: string
  readonly version?: number
  readonly updated?: string
  /** A resource that the entry asked for. */
  readonly text?: string
  readonly outcome?: object
  /** For the audit trail: what was refused, or the version that was made or found. */
  readonly code?: string
  readonly about?: Pick<Version, 'patients'> & { readonly resource: string }
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'No Content', 304: 'Not Modified' }

export const statusText = (status: number): string => `${status} ${REASONS[status] ?? ''}`.trim()

export function answerText(type: 'batch' | 'transaction', answers: readonly Answer[]): string {
  return bundle(
    `${type}-response`,
    '',
    answers.map(({ status, location, version, updated, text, outcome }) => {
      const response = {
        status,
        ...(location === undefined ? {} : { location }),
        ...(version === undefined ? {} : { etag: `W/"${version}"` }),
        ...(updated === undefined ? {} : { lastModified: updated }),
        ...(outcome === undefined ? {} : { outcome }),
      }
      return `{${text === undefined ? '' : `"resource":${text},`}"response":${JSON.stringify(response)}}`
    }),
  )
}

/** A refused entry of a batch: the others go on. What was not foreseen is for the log, not for the outside. */
export function refused(thrown: unknown, log: Log): Answer {
  const error = thrown instanceof Fault ? thrown : recordFaults.unforeseen()
  if (error !== thrown) log.error({ err: thrown, 'event.code': error.code }, 'an entry of a batch failed')
  const outcome = { resourceType: 'OperationOutcome', issue: issuesOf(error) }
  return { status: String(KINDS[error.kind].http), outcome, code: error.code }
}
