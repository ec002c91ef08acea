/** The words of the daily procedures, shared with every door. Imports nothing; the web app may import it. */

export const PROCEDURES = ['morning-check', 'shift-handover', 'end-of-day'] as const
export type ProcedureName = (typeof PROCEDURES)[number]

/** `signed` and `missed` are ends: nothing of such an occurrence changes any more, notes can still be added. */
export const OCCURRENCE_STATES = ['due', 'under-way', 'handed-over', 'signed', 'missed'] as const
export type OccurrenceState = (typeof OCCURRENCE_STATES)[number]

export const STATE_WORDS: Readonly<Record<OccurrenceState, string>> = {
  due: 'Due',
  'under-way': 'Under way',
  'handed-over': 'Waits to be accepted',
  signed: 'Signed',
  missed: 'Missed',
}

/** `look`: a person has to look at it; `unknown`: nothing can tell. */
export type Verdict = 'well' | 'look' | 'unknown'

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  well: 'Well',
  look: 'Look at this',
  unknown: 'Not known',
}

/** What is looked at by the machine, so that people look at what it says. */
export const FINDINGS = {
  processes: 'Processes',
  application: 'Health of both planes',
  databases: 'Databases',
  errors: 'Errors of the last hour',
  availability: 'Availability',
  alerts: 'Alerts',
  incidents: 'Incidents',
  certificates: 'Certificates',
  sealing: 'Audit trail',
  'last-check': 'Last checks',
  maintenance: 'Maintenance calendar',
  ongoing: 'What is not finished',
  utilisation: 'Load and space',
  backups: 'Backups',
  logs: 'Log files',
  'security-scan': 'Security scan',
  'sign-ins': 'Failed sign-ins',
  sessions: 'Sessions nobody can use',
} as const satisfies Readonly<Record<string, string>>
export type FindingName = keyof typeof FINDINGS

export interface Measure {
  /** As in `Memory in use`. */
  readonly name: string
  readonly value: number
  /** As in `%`, `MiB`. */
  readonly unit: string
  /** The same at the occurrence before. */
  readonly before?: number
}

export interface Finding {
  readonly name: FindingName
  readonly verdict: Verdict
  /** One sentence. */
  readonly says: string
  /** What it was made of, the most important first; at most 20. */
  readonly lines: readonly string[]
  /** How many lines there are beyond those. */
  readonly more: number
  readonly measures?: readonly Measure[]
}

export interface Step {
  readonly name: string
  readonly title: string
  /** What is to be done. */
  readonly does: string
  readonly findings: readonly FindingName[]
  /** As they are typed after `omnicare`, for who wants to see more. */
  readonly commands?: readonly string[]
}

export const ANSWERS = ['well', 'problem', 'not-done'] as const
export type Answer = (typeof ANSWERS)[number]

export const ANSWER_WORDS: Readonly<Record<Answer, string>> = {
  well: 'Well',
  problem: 'A problem',
  'not-done': 'Could not be done',
}

export interface Someone {
  readonly id: string
  readonly name: string
}

export interface StepAnswer {
  readonly step: string
  readonly answer: Answer
  readonly note: string
  /** RFC 3339. */
  readonly at: string
  readonly by: Someone
}

export const EVENT_WORDS = {
  opened: 'opened',
  looked: 'findings were collected',
  started: 'started',
  answered: 'answered a step',
  noted: 'noted',
  signed: 'signed',
  'handed-over': 'handed over',
  accepted: 'accepted',
  missed: 'missed: nobody finished it before the next one was due',
} as const satisfies Readonly<Record<string, string>>
export type EventName = keyof typeof EVENT_WORDS

export interface OccurrenceEvent {
  /** RFC 3339. */
  readonly at: string
  readonly what: EventName
  /** Nobody: operations itself. */
  readonly by?: Someone
  readonly step?: string
  readonly answer?: Answer
  readonly note?: string
  /** Of findings: how many want a look, and how many are not known. */
  readonly looks?: number
  readonly unknowns?: number
}

export interface OccurrenceSummary {
  readonly id: string
  readonly procedure: ProcedureName
  readonly title: string
  readonly state: OccurrenceState
  /** RFC 3339. */
  readonly due: string
  /** As the clock had it, as in `2026-11-01T08:00:00-05:00[America/New_York]`. */
  readonly clock: string
  /** When it is too late; RFC 3339. */
  readonly late: string
  /** Not finished, though it is too late; or finished too late. */
  readonly overdue: boolean
  readonly steps: number
  readonly answered: number
  readonly problems: number
  readonly started?: { readonly at: string; readonly by: Someone }
  readonly handed?: { readonly at: string; readonly by: Someone }
  /** Or accepted, where it is handed over. */
  readonly signed?: { readonly at: string; readonly by: Someone }
  readonly missed?: string
}

export interface Occurrence extends OccurrenceSummary {
  /** Who sees to it that it is done. */
  readonly owner: string
  readonly does: string
  /** One hands over, another accepts. */
  readonly takesTwo: boolean
  readonly plan: readonly Step[]
  readonly answers: readonly StepAnswer[]
  /** Absent until they have been collected. */
  readonly findings?: { readonly at: string; readonly all: readonly Finding[] }
  readonly events: readonly OccurrenceEvent[]
}

export interface ProcedureSummary {
  readonly procedure: ProcedureName
  readonly title: string
  readonly does: string
  readonly owner: string
  /** As in `08:00`. */
  readonly times: readonly string[]
  readonly withinMinutes: number
  readonly takesTwo: boolean
  /** RFC 3339. */
  readonly next: string
  /** The newest; absent before the first was due. */
  readonly newest?: OccurrenceSummary
  /** Since when nobody has finished one that was due: the metric and its alert say the same. */
  readonly overdueSince?: string
}

export interface Overview {
  /** In which the times are meant. */
  readonly zone: string
  /** RFC 3339. */
  readonly now: string
  readonly procedures: readonly ProcedureSummary[]
}

/**
 * From which states each act may be done. The server checks it, commands explain with it, and pages disable buttons by it.
 */
const ALLOWED = {
  start: ['due'],
  look: ['due', 'under-way', 'handed-over'],
  answer: ['under-way'],
  sign: ['under-way'],
  'hand-over': ['under-way'],
  accept: ['handed-over'],
} as const satisfies Readonly<Record<string, readonly OccurrenceState[]>>
export type Act = keyof typeof ALLOWED

const ACT_WORDS: Readonly<Record<Act, string>> = {
  start: 'started',
  look: 'looked at again',
  answer: 'answered',
  sign: 'signed',
  'hand-over': 'handed over',
  accept: 'accepted',
}

type Standing = Pick<Occurrence, 'state' | 'takesTwo' | 'steps' | 'answered' | 'handed'>

/** Undefined when the act may be done by `who`, else the sentence to show beside the disabled button. */
export function refusalOf(act: Act, { state, takesTwo, steps, answered, handed }: Standing, who: string) {
  const from: readonly OccurrenceState[] = ALLOWED[act]
  if (act === 'sign' && takesTwo) return 'This one is handed over, and accepted by another person.'
  if ((act === 'hand-over' || act === 'accept') && !takesTwo) return 'This one is signed, not handed over.'
  if (!from.includes(state)) return `It can’t be ${ACT_WORDS[act]}: it is ${STATE_WORDS[state].toLowerCase()}.`
  if ((act === 'sign' || act === 'hand-over') && answered < steps)
    return steps - answered === 1 ? 'One step is not answered yet.' : `${steps - answered} steps are not answered yet.`
  if (act === 'accept' && handed?.by.id === who)
    return 'Whoever has handed over can’t accept: another person has to take it.'
  return undefined
}

/** Whether an answer needs words: what is no plain yes does, and a yes beside a finding that doesn't say so itself. */
export function needsNote(answer: Answer, findings: readonly Finding[]): boolean {
  return answer !== 'well' || findings.some(({ verdict }) => verdict !== 'well')
}

/** The longest note, in characters. */
export const MOST_NOTE = 4_000
