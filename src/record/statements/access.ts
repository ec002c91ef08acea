/** What is within reach, as conditions on a row `r` of a resource's table. docs/decisions/0015-authorization.md */
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import { bigintsOf, keys as keysOf } from '../index/hash.ts'
import { tableOf } from '../index/table.ts'
import { isPresent } from './conditions.ts'

/** PostgreSQL's text for an array: searches that share a statement want every parameter as text. */
const texts = (list: readonly string[]): string =>
  `{${list.map((one) => `"${one.replace(/["\\]/g, '\\$&')}"`).join(',')}}`

const SECURITY = keysOf.present('_security')
const LIVE = sql`(c.until IS NULL OR c.until > now())`

/** Whose chart a row is in, or that it is in none. `known`: the search has named the one patient. */
type Chart = Sql | undefined

/**
 * Rows of a patient for whom `one` holds, by the column that says whose chart it is, or else any of those that the row names
 * (`patientsOf` says the same). `many` gives the keys by which rows name such patients.
 */
function ofPatient(
  type: string,
  chart: Chart,
  one: (patient: Sql) => Sql,
  many: (codes: readonly string[]) => Sql,
): Sql {
  if (type === 'Patient') return one(chart ?? sql`r.id`)
  if (chart !== undefined) return one(chart)
  const { patient, compartment } = tableOf(type)
  const named = () => many([...compartment])
  if (patient.size === 0) return compartment.size === 0 ? sql`false` : sql`coalesce(${named()}, false)`
  return sql`(${one(sql`r.patient`)} OR (r.patient IS NULL AND coalesce(${named()}, false)))`
}

/** Uses: the primary key of record.care for one chart, its index on (actor, patient) for the whole hospital. */
export const inCare = (type: string, actors: readonly string[], chart: Chart): Sql =>
  ofPatient(
    type,
    chart,
    (patient) =>
      sql`EXISTS (SELECT FROM record.care c WHERE c.patient = ${patient} AND c.actor = ANY(${texts(actors)}::text[]) AND ${LIVE})`,
    (codes) => sql`r.tokens && (SELECT array_agg(record.key('reference', k, 'Patient', c.patient))
      FROM record.care c CROSS JOIN unnest(${texts(codes)}::text[]) k WHERE c.actor = ANY(${texts(actors)}::text[]) AND ${LIVE})`,
  )

/** Uses: the indexes that begin with the patient. */
export const ofOneOf = (type: string, patients: readonly string[], chart: Chart): Sql =>
  ofPatient(
    type,
    chart,
    (patient) =>
      patients.length === 1 ? sql`${patient} = ${patients[0]}` : sql`${patient} = ANY(${texts(patients)}::text[])`,
    (codes) => sql`r.tokens && (SELECT array_agg(record.key('reference', k, 'Patient', p))
      FROM unnest(${texts(codes)}::text[]) k CROSS JOIN unnest(${texts(patients)}::text[]) p)`,
  )

/** Rows that no patient labelled so is named by, nor are labelled so themselves; `keys`: of the labels. */
export function withoutLabels(type: string, labels: readonly string[], keys: readonly string[], chart: Chart): Sql {
  // Few resources have labels: of the others the short array of what they have says so. Measured, to look through the keys of
  // each row of a chart took a tenth of the search.
  const own = sql`(NOT ${isPresent(SECURITY)} OR NOT r.tokens && ${bigintsOf(keys)}::bigint[])`
  const { patient, compartment } = tableOf(type)
  if (type === 'Patient' || compartment.size === 0) return own
  const wanted = texts(labels)
  const one = (of: Sql) =>
    sql`NOT EXISTS (SELECT FROM record.restricted x WHERE x.patient = ${of} AND x.label = ANY(${wanted}::text[]))`
  if (chart !== undefined) return sql`${own} AND ${one(chart)}`
  const none = sql`NOT coalesce(r.tokens && (SELECT array_agg(record.key('reference', k, 'Patient', x.patient))
    FROM record.restricted x CROSS JOIN unnest(${texts([...compartment])}::text[]) k WHERE x.label = ANY(${wanted}::text[])), false)`
  if (patient.size === 0) return sql`${own} AND ${none}`
  return sql`${own} AND CASE WHEN r.patient IS NULL THEN ${none} ELSE ${one(sql`r.patient`)} END`
}

/** Any of `conditions`. */
export const anyWay = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0
    ? sql`false`
    : conditions.length === 1
      ? (conditions[0] as Sql)
      : sql`(${join(
          conditions.map((one) => sql`(${one})`),
          ' OR ',
        )})`

/** All of `conditions`. */
export const eachOf = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`true` : join(conditions, ' AND ')

/** Versions `v` of what is there now and meets `condition`. */
export const whereCurrent = (type: string, condition: Sql): Sql =>
  sql`EXISTS (SELECT FROM ${name('fhir', type)} r WHERE r.id = v.id AND r.body IS NOT NULL AND ${condition})`

/** What is known of patients: whether one of `actors` cares for each, and how it is labelled. */
export const standingOf = (
  patients: readonly string[],
  actors: readonly string[],
): Sql<{ patient: string; cared: boolean; labels: string }> =>
  sql`SELECT p AS patient,
         EXISTS (SELECT FROM record.care c WHERE c.patient = p AND c.actor = ANY(${texts(actors)}::text[]) AND ${LIVE}) AS cared,
         coalesce((SELECT string_agg(x.label, ',') FROM record.restricted x WHERE x.patient = p), '') AS labels
    FROM unnest(${texts(patients)}::text[]) p`

/** Of each person: as whom they act (`acts`), and the charts that they have opened in an emergency (`grant`). */
export const standingOfPersons = (
  persons: readonly string[],
  practitioners: readonly string[],
): Sql<{
  person: string | null
  practitioner: string | null
  actor: string | null
  patient: string | null
  reason: string | null
}> =>
  sql`SELECT NULL AS person, a.practitioner, a.actor, NULL AS patient, NULL AS reason FROM record.acts a
       WHERE a.practitioner = ANY(${texts(practitioners)}::text[]) AND (a.until IS NULL OR a.until > now())
      UNION ALL
      SELECT g.person, NULL, NULL, g.patient, g.reason FROM record.break_glass g
       WHERE g.person = ANY(${texts(persons)}::text[]) AND g.until > now()`
