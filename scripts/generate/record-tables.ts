/**
 * Prints migrations/record/0001_resources.sql: a table, a history and, where there are strings to search, a string table
 * for each resource type.
 *
 * A migration that has been released is never printed anew: this one is printed only while it is missing.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESOURCE_TYPES } from '../../src/fhir/index.ts'
import { type Table, tableOf } from '../../src/record/index/table.ts'

const HEADER = `-- Why:    the record: one table for each FHIR R4 resource type, its history, and the strings it is searched by.
-- Phase:  the first; nothing else can run before it.
-- Locks:  none that anybody waits for: everything is new.
-- Takes:  a few seconds, whatever the machine.
-- Undo:   the down migration drops everything, the patients too. Take a backup first.
-- Repeat: not needed: it is one transaction.
--
-- Printed by scripts/generate/record-tables.ts from the official search parameters. Columns:
--   body     the exact JSON that is served; null once the resource is deleted
--   tokens   64-bit keys of what the resource is found by (src/record/index/hash.ts)
--   present  32-bit keys of the search parameters it has a value for, for :missing
--   patient  id of the one patient whose chart it belongs to
--   code     key of the first coding of its main code; more_codes: whether there are others
--   x_low, x_high, x_all: lowest and highest value of search parameter x, and all pairs when there are several
`

export function generateRecordTables(root: string): void {
  const file = join(root, 'migrations/record/0001_resources.sql')
  if (existsSync(file)) return
  const up = RESOURCE_TYPES.map((type) => tableSql(tableOf(type))).join('\n')
  const schemas = ['fhir', 'fhir_history', 'fhir_string']
  writeFileSync(
    file,
    `-- Up Migration\n${HEADER}\n${schemas.map((one) => `CREATE SCHEMA ${one};`).join('\n')}\n\n${up}\n` +
      `-- Down Migration\n${schemas.map((one) => `DROP SCHEMA ${one} CASCADE;`).join('\n')}\n`,
  )
}

function tableSql(table: Table): string {
  const { type, ranges, patient, code, chartDate, strings } = table
  const chart = patient.size > 0
  const columns = [
    `id text COLLATE "C" PRIMARY KEY`,
    'version integer NOT NULL',
    'updated timestamptz NOT NULL',
    'body text',
    `tokens bigint[] NOT NULL`,
    `present integer[] NOT NULL`,
    ...(chart ? [`patient text COLLATE "C"`] : []),
    ...(chart && code !== undefined ? ['code bigint', 'more_codes boolean NOT NULL DEFAULT false'] : []),
    ...[...ranges.values()].flatMap(({ low, high, all, kind }) => [
      `${low} ${kind}`,
      `${high} ${kind}`,
      ...(all === undefined ? [] : [`${all} ${kind}[]`]),
    ]),
  ]
  const sortDate = chartDate === undefined ? '' : `, ${chartDate.low} DESC NULLS LAST`
  const indexes = [
    `(updated, id)`,
    `USING gin (tokens) WITH (gin_pending_list_limit = 512)`,
    ...(chart ? [`(patient${sortDate}, id${sortDate === '' ? '' : ' DESC'})`] : []),
    ...(chart && code !== undefined ? [`(patient, code${sortDate}, id${sortDate === '' ? '' : ' DESC'})`] : []),
    ...(chart && code !== undefined
      ? [`(patient${sortDate}, id${sortDate === '' ? '' : ' DESC'}) WHERE more_codes`]
      : []),
    // Only rows that have a value: most parameters are empty in most rows, and an entry costs as much as any other.
    ...[...ranges.values()].flatMap(({ low, high, wide }) =>
      [low, ...(wide ? [high] : [])].map((column) => `(${column}) WHERE ${column} IS NOT NULL`),
    ),
  ]
  const name = `fhir."${type}"`
  return [
    // Bodies of ordinary size stay in the row: fetching them from TOAST halves the speed of reading, as measured.
    `CREATE TABLE ${name} (${columns.join(', ')}) WITH (toast_tuple_target = 4080);`,
    ...indexes.map((index) => `CREATE INDEX ON ${name} ${index};`),
    `CREATE TABLE fhir_history."${type}" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));`,
    `CREATE INDEX ON fhir_history."${type}" (updated, id);`,
    ...(strings
      ? [
          `CREATE TABLE fhir_string."${type}" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);`,
          `CREATE INDEX ON fhir_string."${type}" (code, value, id);`,
          `CREATE INDEX ON fhir_string."${type}" (id);`,
        ]
      : []),
    '',
  ].join('\n')
}
