import type { Database, Queries } from './database.ts'
import type { Sql } from './sql.ts'
import type { Traces } from './traces.ts'

const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN|COPY|TABLE)\s+("?[a-z_]+"?\.(?:"[A-Za-z]+"|[a-z_]+))/
/** What stands between quotes is a value. */
const QUOTED = /'(?:[^']|'')*'/g
const VERB = /^\s*(?:WITH\b[\s\S]*?\b)?(SELECT|INSERT|UPDATE|DELETE|COPY|LOCK|SET|CREATE|DROP|ALTER|TRUNCATE)\b/
const MOST_SUMMARIES = 2_000
const summaries = new Map<string, string>()

/**
 * What a statement does, without what it does it with: its verb and its first table, as in `SELECT fhir.Patient`.
 * https://opentelemetry.io/docs/specs/semconv/db/database-spans/#generating-a-summary-of-the-query
 */
export function summaryOf({ text }: Pick<Sql, 'text'>): string {
  const known = summaries.get(text)
  if (known !== undefined) return known
  const bare = text.replace(QUOTED, '')
  const verb = VERB.exec(bare)?.[1] ?? 'statement'
  const table = TABLE.exec(bare)?.[1]?.replaceAll('"', '')
  const summary = table === undefined ? verb : `${verb} ${table}`
  if (summaries.size < MOST_SUMMARIES) summaries.set(text, summary)
  return summary
}

/** The same database, of whose statements spans are made. What several requests share is part of the one that began it. */
export function tracedDatabase(db: Database, traces: Traces, namespace: string): Database {
  const attributes = { 'db.system.name': 'postgresql', 'db.namespace': namespace }
  const around = <T>(statement: Sql, work: () => Promise<T>): Promise<T> => {
    const summary = summaryOf(statement)
    return traces.around(summary, { ...attributes, 'db.query.summary': summary }, work)
  }
  const over = (queries: Queries): Queries => ({
    copy: (statement, rows) => around(statement, () => queries.copy(statement, rows)),
    stream: (statement, row) => around(statement, () => queries.stream(statement, row)),
    rows: (statement) => around(statement, () => queries.rows(statement)),
    quick: (statement) => around(statement, () => queries.quick(statement)),
    append: (statement) => around(statement, () => queries.append(statement)),
    change: (statement) => around(statement, () => queries.change(statement)),
    shared: (statement) => around(statement, () => queries.shared(statement)),
  })
  return {
    ...over(db),
    transaction: (work) => traces.around('transaction', attributes, () => db.transaction((tx) => work(over(tx)))),
    load: () => db.load(),
    longestWaitMs: () => db.longestWaitMs(),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}
