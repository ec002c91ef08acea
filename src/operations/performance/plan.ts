/** What a plan reads in full, and the index that would spare it. */
import type { Database } from '#foundation/database.ts'
import { fixed } from '#foundation/sql.ts'
import { columnsOf, readOnly } from './statements/statistics.ts'

interface Node {
  readonly 'Node Type': string
  readonly Schema?: string
  readonly 'Relation Name'?: string
  readonly Filter?: string
  readonly Plans?: readonly Node[]
}

export interface FullScan {
  readonly schema: string
  readonly table: string
  /** As PostgreSQL prints the condition. */
  readonly filter: string
}

/** EXPLAIN (GENERIC_PLAN) is of PostgreSQL 16. */
const EXPLAINS_FROM = 160_000
/** What PostgreSQL counts has no constants. Whatever still has a text, a comment or a second statement in it isn't sent again. */
const UNSAFE = /['";\\]|--|\/\*|\$(?!\d)/
const EXPLAINED = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE|MERGE)\b/i

export const canExplain = (version: number, text: string): boolean =>
  version >= EXPLAINS_FROM && EXPLAINED.test(text) && !UNSAFE.test(text.replaceAll(/"[A-Za-z_]\w*"/g, ''))

/**
 * What a statement reads in full. It is planned and not run, with the rights of the role that ran it, in a transaction that
 * can't change anything. Nothing when it can't be planned without its values.
 */
export async function fullScansOf(db: Database, text: string): Promise<FullScan[]> {
  try {
    const rows = await db.transaction(async (tx) => {
      await tx.rows(readOnly)
      return tx.rows(fixed<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) ${text}`))
    })
    const [{ Plan }] = JSON.parse(rows[0]?.['QUERY PLAN'] ?? '[{}]') as [{ Plan?: Node }]
    return Plan === undefined ? [] : scansIn(Plan)
  } catch {
    return []
  }
}

function scansIn(node: Node): FullScan[] {
  const { 'Node Type': type, Schema: schema, 'Relation Name': table, Filter: filter, Plans = [] } = node
  const own =
    type === 'Seq Scan' && schema !== undefined && table !== undefined && filter !== undefined
      ? [{ schema, table, filter }]
      : []
  return [...own, ...Plans.flatMap(scansIn)]
}

/** The statement that makes the index; undefined when the condition names no column. */
export async function adviceFor(db: Database, { schema, table, filter }: FullScan): Promise<string | undefined> {
  const columns = (await db.rows(columnsOf(schema, table))).map(({ name }) => name)
  const compared = comparedIn(filter, columns)
  if (compared.length === 0) return undefined
  const lists = compared.filter(({ by }) => /^(?:@>|&&|<@)$/.test(by))
  const kind = lists.length > 0 ? 'USING gin ' : ''
  // Equalities first: behind a range an index finds nothing any more.
  const ordered = (lists.length > 0 ? lists : compared.toSorted((a, b) => rank(a.by) - rank(b.by))).slice(0, 3)
  return `CREATE INDEX CONCURRENTLY ON ${quoted(schema)}.${quoted(table)} ${kind}(${ordered.map(({ column }) => quoted(column)).join(', ')});`
}

const rank = (by: string): number => (by === '=' ? 0 : 1)
export const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`

/** Which columns are compared, and how, each once. Pure. */
function comparedIn(filter: string, columns: readonly string[]): { column: string; by: string }[] {
  const found = new Map<string, string>()
  const pattern = /(?:"((?:[^"]|"")+)"|\b([a-z_]\w*))\)?(?:::[\w. ]+(?:\[\])?)?\)?\s*(=|<=|>=|<>|<|>|~~\*?|@>|<@|&&)/g
  for (const [, quotedName, plain, by = ''] of filter.matchAll(pattern)) {
    const column = quotedName?.replaceAll('""', '"') ?? plain ?? ''
    if (by !== '<>' && columns.includes(column) && !found.has(column)) found.set(column, by)
  }
  return [...found].map(([column, by]) => ({ column, by }))
}
