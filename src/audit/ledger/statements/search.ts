import { join, literal, sql } from '#foundation/sql.ts'

export interface FoundRow {
  index: string
  source: string
  month: string
  payload: string
}

export interface SearchWords {
  /** For each filter the tokens that fulfil it, for each month that can be read. */
  readonly all: readonly (readonly string[])[]
  readonly ids?: readonly string[] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Only entries before this index. */
  readonly before: number
  /** Only entries after this one, in ascending order. */
  readonly after?: number | undefined
  readonly most: number
}

type Wanted = Pick<SearchWords, 'all' | 'ids' | 'from' | 'to'>

const conditionsOf = ({ all, ids, from, to }: Wanted) => [
  ...(ids === undefined ? [] : [sql`id = ANY(${ids}::uuid[])`]),
  ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
  ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
  ...all.map((tokens) => sql`tokens && ${tokens}::bigint[]`),
]

/** Newest first, without `after`. Uses: `ledger_tokens` for the rarer words, `ledger_at`, or the primary key. */
export const searchEntries = ({ before, after, most, ...wanted }: SearchWords) => {
  const conditions = [
    sql`index < ${before}`,
    ...(after === undefined ? [] : [sql`index > ${after}`]),
    ...conditionsOf(wanted),
  ]
  return sql<FoundRow>`
    SELECT index, source, month, payload FROM audit.ledger WHERE ${join(conditions, ' AND ')}
     ORDER BY index ${after === undefined ? sql`DESC` : sql`ASC`} LIMIT ${literal(most)}`
}

export const countEntries = (wanted: Wanted) => {
  const conditions = [sql`true`, ...conditionsOf(wanted)]
  return sql<{ count: string; first: string | null; last: string | null }>`
    SELECT count(*) AS count, min(at) AS first, max(at) AS last FROM audit.ledger WHERE ${join(conditions, ' AND ')}`
}

/** By its number or by its id. */
export const entryByIndex = (index: number) =>
  sql<FoundRow>`SELECT index, source, month, payload FROM audit.ledger WHERE index = ${index}`
export const entryById = (id: string) =>
  sql<FoundRow>`SELECT index, source, month, payload FROM audit.ledger WHERE id = ${id}::uuid`
