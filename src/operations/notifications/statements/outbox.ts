import { type Sql, sql } from '#foundation/sql.ts'
import type { NoticeState } from '../terms.ts'

export interface NewNotice {
  readonly id: string
  readonly channel: string
  readonly kind: string
  readonly about: string
  readonly content: Buffer
  readonly key: string
  readonly expires: string
}

/** Gives no row, and adds none, when `most` wait already. */
export const addNotice = ({ id, channel, kind, about, content, key, expires }: NewNotice, now: string, most: number) =>
  sql<{ id: string }>`
  INSERT INTO operations.outbox (id, channel, kind, about, content, key, made, due, expires)
  SELECT ${id}::uuid, ${channel}::text, ${kind}::text, ${about}::text, ${content}::bytea, ${key}::text,
    ${now}::timestamptz, ${now}::timestamptz, ${expires}::timestamptz
  WHERE (SELECT count(*) FROM (SELECT FROM operations.outbox WHERE state = 'waiting' LIMIT ${most}::int) w) < ${most}::int
  RETURNING id`

export interface TakenRow {
  id: string
  channel: string
  /** As PostgreSQL prints bytea. */
  content: string
  key: string
  tries: number
  made: string
  expires: string
}

/** Takes what is due, those that wait longest first: until `until` nobody else does. The try counts from here on. */
export const takeDue = (channels: readonly string[], now: string, until: string, most: number) => sql<TakenRow>`
  UPDATE operations.outbox SET tries = tries + 1, tried = ${now}, due = ${until}
  WHERE id IN (
    SELECT id FROM operations.outbox WHERE state = 'waiting' AND due <= ${now} AND channel = ANY(${channels}::text[])
    ORDER BY due LIMIT ${most}::int FOR UPDATE SKIP LOCKED)
  RETURNING id, channel, content, key, tries, made, expires`

/** Still at it; nothing when somebody else has taken it over. */
export const keepTaken = (id: string, tries: number, until: string): Sql => sql`
  UPDATE operations.outbox SET due = ${until} WHERE id = ${id} AND state = 'waiting' AND tries = ${tries}::int`

/** Whoever else may be at it as well: it has arrived. */
export const noteSent = (id: string, now: string): Sql => sql`
  UPDATE operations.outbox SET state = 'sent', content = NULL, key = NULL, why = NULL, done = ${now}
  WHERE id = ${id} AND state = 'waiting'`

export const noteDead = (id: string, tries: number, now: string, why: string): Sql => sql`
  UPDATE operations.outbox SET state = 'dead', content = NULL, key = NULL, why = ${why}, done = ${now}
  WHERE id = ${id} AND state = 'waiting' AND tries = ${tries}::int`

export const noteFailed = (id: string, tries: number, due: string, why: string): Sql => sql`
  UPDATE operations.outbox SET due = ${due}, why = ${why}
  WHERE id = ${id} AND state = 'waiting' AND tries = ${tries}::int`

/** Forgets what has been sent, and the dead, from before. */
export const forgetDone = (sentBefore: string, deadBefore: string): Sql => sql`
  DELETE FROM operations.outbox
  WHERE (state = 'sent' AND done < ${sentBefore}) OR (state = 'dead' AND done < ${deadBefore})`

export const countNotices = () => sql<{ state: NoticeState; count: number; oldest: string }>`
  SELECT state, count(*)::int AS count, min(made) AS oldest FROM operations.outbox WHERE state <> 'sent' GROUP BY state`

/** What waits, and what was given up from `since` on: two looks at indexes. */
export const outboxWaiting = (since: string) => sql<{ waiting: number; oldest: string | null; dead: number }>`
  SELECT count(*)::int AS waiting, min(made) AS oldest,
    (SELECT count(*) FROM operations.outbox WHERE state = 'dead' AND done >= ${since})::int AS dead
  FROM operations.outbox WHERE state = 'waiting'`

export interface NoticeRow {
  id: string
  channel: string
  kind: string
  about: string
  state: NoticeState
  made: string
  due: string
  expires: string
  tries: number
  why: string | null
  done: string | null
}

/** The newest first; all states when none is named. */
export const listNotices = (state: NoticeState | undefined, most: number) => sql<NoticeRow>`
  SELECT id, channel, kind, about, state, made, due, expires, tries, why, done FROM operations.outbox
  WHERE ${state ?? null}::text IS NULL OR state = ${state ?? null} ORDER BY id DESC LIMIT ${most}::int`

export const sealedByOthers = (key: string) => sql<{ id: string; content: string; key: string }>`
  SELECT id, content, key FROM operations.outbox WHERE state = 'waiting' AND key <> ${key} FOR UPDATE`

export const setContent = (id: string, content: Buffer, key: string): Sql =>
  sql`UPDATE operations.outbox SET content = ${content}, key = ${key} WHERE id = ${id}`
