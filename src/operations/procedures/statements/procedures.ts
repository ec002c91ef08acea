import { type Sql, sql } from '#foundation/sql.ts'
import type { OccurrenceState } from '../terms.ts'

/** Times as PostgreSQL prints them; jsonb as text. */
export interface OccurrenceRow {
  id: string
  procedure: string
  due: string
  late: string
  zone: string
  plan: string
  state: OccurrenceState
  findings: string | null
  found: string | null
  started: string | null
  started_by: string | null
  handed: string | null
  handed_by: string | null
  signed: string | null
  signed_by: string | null
  missed: string | null
  answered: number
  problems: number
}

/** With how many steps are answered, and how many of these other than well. */
const columns = sql`
  id, procedure, due, late, zone, plan, state, findings, found, started, started_by, handed, handed_by, signed, signed_by,
  missed,
  (SELECT count(*)::int FROM operations.procedure_answer a WHERE a.occurrence = p.id) AS answered,
  (SELECT count(*)::int FROM operations.procedure_answer a WHERE a.occurrence = p.id AND answer <> 'well') AS problems`

/** Since when these are known: those that are new, since `now`. */
export const knowProcedures = (names: readonly string[], now: string): Sql => sql`
  INSERT INTO operations.procedure_known (procedure, since) SELECT unnest(${names}::text[]), ${now}::timestamptz
  ON CONFLICT DO NOTHING`

/** After which time what was due of each has no record yet. */
export const recordedUntil = () => sql<{ procedure: string; until: string }>`
  SELECT procedure,
    coalesce((SELECT max(due) FROM operations.procedure p WHERE p.procedure = k.procedure), since) AS until
  FROM operations.procedure_known k`

export interface NewOccurrence {
  readonly id: string
  readonly procedure: string
  readonly due: string
  readonly late: string
  readonly zone: string
  readonly plan: string
}

/** Gives a row if it is this statement that has made it. */
export const addOccurrence = ({ id, procedure, due, late, zone, plan }: NewOccurrence, now: string) => sql<{
  id: string
}>`
  INSERT INTO operations.procedure (id, procedure, due, late, zone, plan, opened)
  VALUES (${id}, ${procedure}, ${due}, ${late}, ${zone}, ${plan}::jsonb, ${now})
  ON CONFLICT (procedure, due) DO NOTHING RETURNING id`

/** What nobody has finished by the time that the next one was due. */
export const missFormer = (procedure: string, due: string, now: string) => sql<{ id: string }>`
  UPDATE operations.procedure SET state = 'missed', missed = ${now}
  WHERE procedure = ${procedure} AND due < ${due} AND state NOT IN ('signed', 'missed') RETURNING id`

/** What is open and nothing was found out for. */
export const lackingFindings = () => sql<{ id: string }>`
  SELECT id FROM operations.procedure WHERE state NOT IN ('signed', 'missed') AND findings IS NULL ORDER BY due LIMIT 20`

/** Gives nothing when it is over, or with `first` when somebody else has found out already. */
export const setFindings = (id: string, findings: string, now: string, first: boolean) => sql<{ id: string }>`
  UPDATE operations.procedure SET findings = ${findings}::jsonb, found = ${now}
  WHERE id = ${id} AND state NOT IN ('signed', 'missed') AND (findings IS NULL OR NOT ${first}::boolean) RETURNING id`

export const occurrenceById = (id: string) =>
  sql<OccurrenceRow>`SELECT ${columns} FROM operations.procedure p WHERE id = ${id}`

export const newestOccurrence = (procedure: string) => sql<OccurrenceRow>`
  SELECT ${columns} FROM operations.procedure p WHERE procedure = ${procedure} ORDER BY due DESC LIMIT 1`

/** For whoever changes it: nobody else does meanwhile. */
export const lockOccurrence = (id: string) => sql<{ id: string }>`
  SELECT id FROM operations.procedure WHERE id = ${id} FOR UPDATE`

/** When the one before was due that was signed; and what was found out for the one before, whoever has signed it. */
export const beforeThat = (procedure: string, due: string) => sql<{ signed: string | null; findings: string | null }>`
  SELECT
    (SELECT max(due) FROM operations.procedure
      WHERE procedure = ${procedure} AND due < ${due} AND state = 'signed') AS signed,
    (SELECT findings FROM operations.procedure
      WHERE procedure = ${procedure} AND due < ${due} AND findings IS NOT NULL ORDER BY due DESC LIMIT 1) AS findings`

export interface HistoryFilter {
  readonly procedure?: string | undefined
  readonly state?: OccurrenceState | undefined
  /** RFC 3339: due before. */
  readonly before?: string | undefined
  readonly most: number
}

/** The newest first. */
export const listOccurrences = ({ procedure, state, before, most }: HistoryFilter) => sql<OccurrenceRow>`
  SELECT ${columns} FROM operations.procedure p
  WHERE (${procedure ?? null}::text IS NULL OR procedure = ${procedure ?? null})
    AND (${state ?? null}::text IS NULL OR state = ${state ?? null})
    AND (${before ?? null}::timestamptz IS NULL OR due < ${before ?? null})
  ORDER BY due DESC, procedure LIMIT ${most}::int`

export const setStarted = (id: string, now: string, by: string): Sql => sql`
  UPDATE operations.procedure SET state = 'under-way', started = ${now}, started_by = ${by}::jsonb WHERE id = ${id}`

export const setHanded = (id: string, now: string, by: string): Sql => sql`
  UPDATE operations.procedure SET state = 'handed-over', handed = ${now}, handed_by = ${by}::jsonb WHERE id = ${id}`

export const setSigned = (id: string, now: string, by: string): Sql => sql`
  UPDATE operations.procedure SET state = 'signed', signed = ${now}, signed_by = ${by}::jsonb WHERE id = ${id}`

export interface AnswerRow {
  step: string
  answer: string
  note: string
  at: string
  by: string
}

/** In place of the one that was given before. */
export const putAnswer = (occurrence: string, { step, answer, note, at, by }: AnswerRow): Sql => sql`
  INSERT INTO operations.procedure_answer (occurrence, step, answer, note, at, by)
  VALUES (${occurrence}, ${step}, ${answer}, ${note}, ${at}, ${by}::jsonb)
  ON CONFLICT (occurrence, step)
  DO UPDATE SET answer = excluded.answer, note = excluded.note, at = excluded.at, by = excluded.by`

export const answersOf = (occurrence: string) => sql<AnswerRow>`
  SELECT step, answer, note, at, by FROM operations.procedure_answer WHERE occurrence = ${occurrence}`

export interface EventRow {
  id: string
  at: string
  what: string
  by: string | null
  details: string
}

export const addEvent = (occurrence: string, { id, at, what, by, details }: EventRow): Sql => sql`
  INSERT INTO operations.procedure_event (id, occurrence, at, what, by, details)
  VALUES (${id}, ${occurrence}, ${at}, ${what}, ${by}::jsonb, ${details}::jsonb)`

export const countEvents = (occurrence: string) => sql<{ count: number }>`
  SELECT count(*)::int AS count FROM operations.procedure_event WHERE occurrence = ${occurrence}`

/** In order; without what was found out each time. */
export const eventsOf = (occurrence: string, most: number) => sql<EventRow>`
  SELECT id, at, what, by, details - 'findings' AS details FROM operations.procedure_event
  WHERE occurrence = ${occurrence} ORDER BY id LIMIT ${most}::int`

/**
 * Of each procedure that is late: since when. That is since the first one that nobody finished in time after the last one
 * that somebody finished.
 */
export const lateProcedures = (now: string) => sql<{ procedure: string; since: string }>`
  SELECT procedure, min(late) AS since FROM operations.procedure p
  WHERE state <> 'signed' AND late <= ${now}
    AND due > coalesce((SELECT max(due) FROM operations.procedure s
      WHERE s.procedure = p.procedure AND s.state = 'signed'), '-infinity')
  GROUP BY procedure`

export interface OpenEndRow {
  procedure: string
  due: string
  plan: string
  step: string
  answer: string
  note: string
  by: string
}

/** Answers other than well since `from`, the newest first. */
export const openEnds = (from: string, most: number) => sql<OpenEndRow>`
  SELECT p.procedure, due, plan, step, answer, note, a.by FROM operations.procedure_answer a
  JOIN operations.procedure p ON p.id = a.occurrence
  WHERE answer <> 'well' AND due >= ${from} ORDER BY a.at DESC LIMIT ${most}::int`

/** What was written on handing over or accepting since `from`, the newest first. */
export const handedNotes = (procedure: string, from: string, most: number) => sql<{
  at: string
  by: string
  note: string
}>`
  SELECT e.at, e.by, details ->> 'note' AS note FROM operations.procedure_event e
  JOIN operations.procedure p ON p.id = e.occurrence
  WHERE procedure = ${procedure} AND due >= ${from} AND what IN ('handed-over', 'accepted', 'noted')
    AND details ->> 'note' <> '' ORDER BY e.at DESC LIMIT ${most}::int`
