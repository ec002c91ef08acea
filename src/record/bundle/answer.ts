/** The answers to the entries of a Bundle, as text. https://hl7.org/fhir/R4/bundle.html#bundle-response */
import { STATUS_CODES } from 'node:http'
import { Fault, type Issue, issuesOf, KINDS } from '#foundation/fault.ts'
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

/** Ten thousand entries with fifty problems each would be answered with 150 MB. */
const MOST_TOLD = 2_000

/**
 * Says why entries of one batch are refused, while the others go on: all that is wrong with each, as long as it isn't too
 * much of the whole. What was not foreseen is for the log, not for the outside.
 */
export function openRefusals(log: Log): (thrown: unknown) => Answer {
  let told = 0
  return (thrown) => {
    const { status, issues, code } = refusal(thrown, log)
    const issue = issues.slice(0, Math.max(1, MOST_TOLD - told))
    told += issue.length
    if (issue.length < issues.length) issue.push(untold(issues.length - issue.length))
    return { status, outcome: { resourceType: 'OperationOutcome', issue }, code }
  }
}

function untold(count: number): Issue {
  const text = `There are ${count} more problems, which an answer of this size leaves out: send the entry by itself.`
  return { severity: 'information', code: 'incomplete', details: { text }, diagnostics: text }
}

function refusal(thrown: unknown, log: Log): { status: string; issues: readonly Issue[]; code: string } {
  const error = thrown instanceof Fault ? thrown : recordFaults.unforeseen()
  if (error !== thrown) log.error({ err: thrown, 'event.code': error.code }, 'an entry of a batch failed')
  return { status: statusText(KINDS[error.kind].http), issues: issuesOf(error), code: error.code }
}
