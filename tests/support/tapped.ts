import type { Database, Queries } from '#foundation/database.ts'
import type { Sql } from '#foundation/sql.ts'

/** The real database, with `sent` told of each statement before it goes out, which it does once that is done. */
export function tapped(db: Database, sent: (statement: Sql) => Promise<void>): Database {
  const over = ({ rows, quick, append, change, shared, copy, stream }: Queries): Queries => ({
    rows: async (statement) => sent(statement).then(() => rows(statement)),
    quick: async (statement) => sent(statement).then(() => quick(statement)),
    append: async (statement) => sent(statement).then(() => append(statement)),
    change: async (statement) => sent(statement).then(() => change(statement)),
    shared: async (statement) => sent(statement).then(() => shared(statement)),
    copy: async (statement, lines) => sent(statement).then(() => copy(statement, lines)),
    stream: async (statement, row) => sent(statement).then(() => stream(statement, row)),
  })
  return {
    ...over(db),
    transaction: (work) => db.transaction((tx) => work(over(tx))),
    longestWaitMs: () => db.longestWaitMs(),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
