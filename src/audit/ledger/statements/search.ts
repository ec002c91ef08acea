import { join, literal, sql } from '#foundation/sql.ts'

export interface FoundRow {
  index: string
  source: string
  month: string
  payload: string
}

export interface SearchWords {
  /** For each filter the tokens that fulfil it, one for each month that can be read. */
  readonly all: readonly (readonly string[])[]
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Only entries before this index. */
  readonly before: number
  readonly most: number
}

/** Newest first. Uses: `ledger_tokens` for the rarer words, `ledger_at`, or the primary key backwards. */
export const searchEntries = ({ all, from, to, before, most }: SearchWords) => {
  const conditions = [
    sql`index < ${before}`,
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
    ...all.map((tokens) => sql`tokens && ${tokens}::bigint[]`),
  ]
  return sql<FoundRow>`
    SELECT index, source, month, payload FROM audit.ledger WHERE ${join(conditions, ' AND ')}
     ORDER BY index DESC LIMIT ${literal(most)}`
}

export const countEntries = ({ all, from, to }: Pick<SearchWords, 'all' | 'from' | 'to'>) => {
  const conditions = [
    sql`true`,
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
    ...all.map((tokens) => sql`tokens && ${tokens}::bigint[]`),
  ]
  return sql<{ count: string; first: string | null; last: string | null }>`
    SELECT count(*) AS count, min(at) AS first, max(at) AS last FROM audit.ledger WHERE ${join(conditions, ' AND ')}`
}

/** By its number or by its id. */
export const entryByIndex = (index: number) =>
  sql<FoundRow>`SELECT index, source, month, payload FROM audit.ledger WHERE index = ${index}`
export const entryById = (id: string) =>
  sql<FoundRow>`SELECT index, source, month, payload FROM audit.ledger WHERE id = ${id}::uuid`
