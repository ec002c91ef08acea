/** The floors' statements, and the bare tables they use. */
import { literal, type Sql, sql } from '#foundation/sql.ts'

export const readBody = 'SELECT body FROM fhir."Observation" WHERE id = $1'
export const insertBare = 'INSERT INTO bench.bare (id, body) VALUES ($1, $2)'
export const findChart = (most: number): string =>
  `SELECT id, body FROM bench.chart WHERE patient = $1 AND code = $2 ORDER BY date DESC LIMIT ${most}`
export const copyIn = 'COPY bench.bare (id, body) FROM STDIN'

export const makeSchema = (): Sql => sql`CREATE SCHEMA IF NOT EXISTS bench`

/** A table of texts by id, empty. */
export const makeBare = (): Sql => sql`DROP TABLE IF EXISTS bench.bare`
export const makeBareTable = (): Sql =>
  sql`CREATE TABLE bench.bare (id text COLLATE "C" PRIMARY KEY, body text NOT NULL) WITH (toast_tuple_target = 4080)`

/** The Observations as a program made for this one search would keep them. */
export const makeChart = (): Sql => sql`
  CREATE TABLE IF NOT EXISTS bench.chart AS
  SELECT id, patient, body::jsonb #>> '{code,coding,0,code}' AS code, date_low AS date, body FROM fhir."Observation" WHERE body IS NOT NULL`
export const indexChart = (): Sql =>
  sql`CREATE INDEX IF NOT EXISTS chart_search ON bench.chart (patient, code, date DESC)`

/** Observations to read. */
/** Somebody cares for every patient, as a CareTeam of theirs would say. */
export const careForAll = (actor: string): Sql =>
  sql`INSERT INTO record.care (patient, actor, source) SELECT id, ${actor}, 'CareTeam/of-the-bench' FROM fhir."Patient" ON CONFLICT DO NOTHING`

export const someIds = (most: number): Sql<{ id: string }> =>
  sql<{ id: string }>`SELECT id FROM fhir."Observation" ORDER BY md5(id) LIMIT ${literal(most)}`

/** Patients with a code that their charts hold. */
export const someCharts = (most: number): Sql<{ patient: string; code: string }> =>
  sql<{ patient: string; code: string }>`
    SELECT patient, code FROM (SELECT DISTINCT patient, code FROM bench.chart) c ORDER BY md5(patient || code) LIMIT ${literal(most)}`

/** Observations as texts to create anew. */
export const someTexts = (most: number): Sql<{ body: string }> =>
  sql<{ body: string }>`SELECT body FROM fhir."Observation" ORDER BY md5(id) LIMIT ${literal(most)}`

/** As a hospital has it after a quiet hour: statistics taken, pages marked, dirty pages written. */
export const settle = (): readonly Sql[] => [sql`VACUUM ANALYZE`, sql`CHECKPOINT`]
