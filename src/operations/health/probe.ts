/** What a probe is: a question about the house's own state, as data. */
import type { Severity } from '#foundation/severity.ts'
import type { Bears, Section, Verdict } from './terms.ts'

export interface Answer {
  readonly verdict: Verdict
  /** In fixed words, for everybody. Must be there unless it passes. */
  readonly says?: string
  /** For those who are let in at operations. */
  readonly detail?: string
  readonly observed?: number
  readonly unit?: string
}

export interface Probe {
  /** `component:measurement`, permanent. */
  readonly name: `${string}:${string}`
  /** A question. */
  readonly asks: string
  readonly section: Section
  readonly criticality: Severity
  readonly bears: Bears
  /** What depends on it, in a sentence. */
  readonly carries: string
  /** Names of probes without which this one can't be well. */
  readonly needs?: readonly string[]
  /** The probe by way of which it asks: while that one fails, it is not asked. */
  readonly through?: string
  readonly everySeconds: number
  readonly timeoutSeconds: number
  /** How many answers in a row change the verdict; 1 unless told otherwise. For what goes to and fro. */
  readonly steady?: number
  /** Asked anew for whoever asks `/health`: cheap, and what they come for. */
  readonly live?: boolean
  readonly runbook: `docs/runbooks/${string}.md`
  /** What it throws is a failure. */
  readonly ask: (signal: AbortSignal) => Promise<Answer> | Answer
}

export const pass = (rest: Omit<Answer, 'verdict'> = {}): Answer => ({ verdict: 'pass', ...rest })
export const warn = (says: string, rest: Omit<Answer, 'verdict' | 'says'> = {}): Answer => ({
  verdict: 'warn',
  says,
  ...rest,
})
export const fail = (says: string, rest: Omit<Answer, 'verdict' | 'says'> = {}): Answer => ({
  verdict: 'fail',
  says,
  ...rest,
})

/** By limits: what is beyond `failed` fails, beyond `warned` warns. */
export function limited(
  observed: number,
  {
    warned,
    failed,
    says,
    ...rest
  }: { warned: number; failed: number; says: string } & Omit<Answer, 'verdict' | 'says'>,
): Answer {
  if (observed < warned) return pass({ observed, ...rest })
  return observed < failed ? warn(says, { observed, ...rest }) : fail(says, { observed, ...rest })
}
