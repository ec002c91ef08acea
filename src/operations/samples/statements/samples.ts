import { type Sql, sql } from '#foundation/sql.ts'

/** Gives a row when `holder` may go on, or begin: by the database's clock, which all processes share. */
export const holdWatch = (name: string, holder: string, seconds: number) => sql<{ began: boolean }>`
  INSERT INTO operations.watch AS w (name, holder, until)
  VALUES (${name}, ${holder}::uuid, now() + make_interval(secs => ${seconds}::float8))
  ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
  WHERE w.holder = EXCLUDED.holder OR w.until < now()
  RETURNING true AS began`

export const leaveWatch = (name: string, holder: string): Sql => sql`
  UPDATE operations.watch SET until = '-infinity' WHERE name = ${name} AND holder = ${holder}::uuid`

/** Gives a row while `holder` holds it, and keeps others from taking it until the transaction ends. */
export const stillWatches = (name: string, holder: string) => sql<{ name: string }>`
  SELECT name FROM operations.watch WHERE name = ${name} AND holder = ${holder}::uuid FOR UPDATE`

export interface SeriesRow {
  id: number
  key: string
  /** JSON. */
  labels: string
}

export const allSeries = (most: number) =>
  sql<SeriesRow>`SELECT id, key, labels FROM operations.series ORDER BY seen DESC LIMIT ${most}::int`

/** Gives the numbers of these series, making those that there are not. */
export const noteSeries = (keys: readonly string[], labels: readonly string[], now: string) =>
  sql<Pick<SeriesRow, 'id' | 'key'>>`
  INSERT INTO operations.series (key, labels, seen)
  SELECT key, labels::jsonb, ${now}::timestamptz FROM unnest(${keys}::text[], ${labels}::text[]) AS u (key, labels)
  ON CONFLICT (key) DO UPDATE SET seen = EXCLUDED.seen
  RETURNING id, key`

export const seeSeries = (ids: readonly number[], now: string): Sql =>
  sql`UPDATE operations.series SET seen = ${now} WHERE id = ANY(${ids}::int[])`

export const addScrape = (at: string, target: string, coarse: boolean, content: Buffer): Sql => sql`
  INSERT INTO operations.scrape (coarse, at, target, content)
  SELECT coarse, ${at}::timestamptz, ${target}::text, ${content}::bytea
  FROM unnest(CASE WHEN ${coarse}::boolean THEN '{false,true}'::boolean[] ELSE '{false}' END) AS c (coarse)
  ON CONFLICT DO NOTHING`

/** In the order of time. Of every `each` stretches of `seconds` the first only. */
export const scrapesBetween = (coarse: boolean, from: string, to: string, seconds: number, each: number) =>
  sql<{ at: string; target: string; content: string }>`
  SELECT at, target, content FROM operations.scrape
  WHERE coarse = ${coarse}::boolean AND at >= ${from}::timestamptz AND at <= ${to}::timestamptz
    AND floor(extract(epoch FROM at) / ${seconds}::int)::bigint % ${each}::int = 0
  ORDER BY at`

export const forgetScrapes = (fineBefore: string, coarseBefore: string): Sql => sql`
  DELETE FROM operations.scrape
  WHERE (NOT coarse AND at < ${fineBefore}::timestamptz) OR (coarse AND at < ${coarseBefore}::timestamptz)`

export const forgetSeries = (before: string): Sql =>
  sql`DELETE FROM operations.series WHERE seen < ${before}::timestamptz`
