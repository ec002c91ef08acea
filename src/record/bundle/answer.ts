/** The answers to the entries of a Bundle, as text. https://hl7.org/fhir/R4/bundle.html#bundle-response */
import { STATUS_CODES } from 'node:http'
import { Fault, issuesOf, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { recordFaults } from '../faults.ts'
import { bundle } from '../search/bundle-text.ts'

export interface Answer {
  readonly status: string
  readonly location?: string
  readonly version?: number
  readonly updated?: string
  /** A resource that the entry asked for. */
  readonly text?: string
  readonly outcome?: object
}

/** A status as entry.response.status has it, of an answer as of a refusal: `404 Not Found`. */
export const statusText = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim()

export function answerText(type: 'batch' | 'transaction', answers: readonly Answer[]): string {
  return bundle(
    `${type}-response`,
    '',
    answers.map(({ status, location, version, updated, text, outcome }) => {
      // By hand: thousands of these are most of what an import's answer costs. None of it has a character to escape.
      const resource = text === undefined ? '' : `"resource":${text},`
      const where = location === undefined ? '' : `,"location":"${location}"`
      const etag = version === undefined ? '' : `,"etag":"W/\\"${version}\\""`
      const when = updated === undefined ? '' : `,"lastModified":"${updated}"`
      const why = outcome === undefined ? '' : `,"outcome":${JSON.stringify(outcome)}`
      return `{${resource}"response":{"status":"${status}"${where}${etag}${when}${why}}}`
    }),
  )
}

/** A refused entry of a batch: the others go on. What was not foreseen is for the log, not for the outside. */
export function refused(thrown: unknown, log: Log): Answer {
  const error = thrown instanceof Fault ? thrown : recordFaults.unforeseen()
  if (error !== thrown) log.error({ err: thrown, 'event.code': error.code }, 'an entry of a batch failed')
  const outcome = { resourceType: 'OperationOutcome', issue: issuesOf(error) }
  return { status: statusText(KINDS[error.kind].http), outcome }
}
