/** What a row says. Pure. */
import { instant } from '#foundation/timestamp.ts'
import type { Procedure } from './catalogue.ts'
import { clockOf } from './schedule.ts'
import type { AnswerRow, EventRow, OccurrenceRow } from './statements/procedures.ts'
import type {
  Answer,
  EventName,
  Finding,
  Occurrence,
  OccurrenceEvent,
  OccurrenceSummary,
  ProcedureName,
  Someone,
  StepAnswer,
} from './terms.ts'

/** What is kept of a procedure with each occurrence. */
type Plan = Pick<Procedure, 'title' | 'does' | 'owner' | 'takesTwo' | 'steps'>

export const planText = ({ title, does, owner, takesTwo, steps }: Procedure): string =>
  JSON.stringify({ title, does, owner, takesTwo, steps } satisfies Plan)

export const planOf = ({ plan }: Pick<OccurrenceRow, 'plan'>): Plan => JSON.parse(plan)

const someone = (by: string | null): Someone => JSON.parse(String(by))

export function summaryOf(row: OccurrenceRow, nowMs: number): OccurrenceSummary {
  const { id, procedure, state, due, late, zone, answered, problems, started, handed, signed, missed } = row
  const plan = planOf(row)
  const dueMs = Date.parse(instant(due))
  const ended = signed === null ? nowMs : Date.parse(instant(signed))
  return {
    id,
    procedure: procedure as ProcedureName,
    title: plan.title,
    state,
    due: instant(due),
    clock: clockOf(dueMs, zone),
    late: instant(late),
    overdue: ended >= Date.parse(instant(late)),
    steps: plan.steps.length,
    answered,
    problems,
    ...(started !== null && { started: { at: instant(started), by: someone(row.started_by) } }),
    ...(handed !== null && { handed: { at: instant(handed), by: someone(row.handed_by) } }),
    ...(signed !== null && { signed: { at: instant(signed), by: someone(row.signed_by) } }),
    ...(missed !== null && { missed: instant(missed) }),
  }
}

export function occurrenceOf(
  row: OccurrenceRow,
  answers: readonly AnswerRow[],
  events: readonly EventRow[],
  nowMs: number,
): Occurrence {
  const { owner, does, takesTwo, steps } = planOf(row)
  return {
    ...summaryOf(row, nowMs),
    owner,
    does,
    takesTwo,
    plan: steps,
    answers: steps.flatMap(({ name }) => answers.filter(({ step }) => step === name).map(answerOf)),
    ...(row.findings !== null && {
      findings: { at: instant(String(row.found)), all: JSON.parse(row.findings) as Finding[] },
    }),
    events: events.map(eventOf),
  }
}

const answerOf = ({ step, answer, note, at, by }: AnswerRow): StepAnswer => ({
  step,
  answer: answer as Answer,
  note,
  at: instant(at),
  by: someone(by),
})

const eventOf = ({ at, what, by, details }: EventRow): OccurrenceEvent => ({
  at: instant(at),
  what: what as EventName,
  ...(by !== null && { by: someone(by) }),
  ...JSON.parse(details),
})
