/**
 * One statement for callers that ask the same question about different things at the same moment.
 *
 * `SELECT … WHERE x = $1`, asked by ten callers at once, becomes one statement that does the same for each element of
 * `$1[]`. Most of a short query's cost is the way there and back, not the looking: measured on the search of a chart, the
 * shared way answers about twice as many callers.
 */
import { sqlState } from './database-errors.ts'
import { databaseFaults } from './database-faults.ts'
import { Fault } from './fault.ts'
import { gather } from './gather.ts'
import { filledIn, fixed, type Sql } from './sql.ts'

type Send = <Row>(statement: Sql<Row>) => Promise<Row[]>

const LANES = 2
/** Callers with the same text that may wait; one more is refused with `database/full`. */
const MOST_WAITING = 1_000
const SIZES = Array.from({ length: 32 }, (_, index) => 32 - index)
/** What is asked once in a blue moon has nobody to share with. */
const MOST_TEXTS = 1_000
/** Which caller a row is for, from 1. */
const CALLER = '#'

/**
 * Opens sharing over `send`. The statement must be a SELECT whose parameters are written as text with a cast where they
 * are something else; its order is kept (`forAll` says why). What goes wrong with one caller's values
 * is told to that caller alone.
 */
export function openShare(send: Send): Send {
  const asked = new Map<string, (statement: Sql) => Promise<unknown[]>>()

  const together = async (statements: readonly Sql[]): Promise<unknown[][]> => {
    const answers = statements.map((): unknown[] => [])
    for (const row of await send(forAll(statements))) {
      const { [CALLER]: caller } = row
      answers[Number(caller) - 1]?.push(row)
    }
    return answers
  }

  const sendAll = async (statements: readonly Sql[]): Promise<(() => unknown[])[]> => {
    const [only, ...others] = statements
    if (only !== undefined && others.length === 0) {
      const rows = await send(only)
      return [() => rows]
    }
    const answers = await together(statements).catch((error: unknown) => {
      if (!isOneCallers(error)) throw error
    })
    if (answers !== undefined) return answers.map((rows) => () => rows)
    return Promise.all(statements.map((one) => send(one).then(told, untold)))
  }

  return async <Row>(statement: Sql<Row>) => {
    let ask = asked.get(statement.text)
    if (ask === undefined) {
      if (asked.size >= MOST_TEXTS) return send(statement)
      const answer = gather(sendAll, { sizes: SIZES, lanes: LANES, most: MOST_WAITING })
      ask = async (one) => (await answer(one))()
      asked.set(statement.text, ask)
    }
    return (await ask(statement)) as Row[]
  }
}

/**
 * Whether it may be the fault of one caller's values: SQLSTATE class 22 (data), 42 (statement). A database that is away or
 * overloaded is everybody's trouble, and asking it once for each caller would be more of it.
 */
const isOneCallers = (error: unknown): boolean =>
  /^(22|42)/.test(sqlState(error) ?? '') || (error instanceof Fault && error.code === NULL_CHARACTER)
const NULL_CHARACTER = databaseFaults['null-character']().code

const told = (rows: unknown[]) => () => rows
const untold = (error: unknown) => () => {
  throw error
}

const shapes = new Map<string, Sql<Record<string, unknown>>>()

/**
 * The statement that asks for every one of `statements`, which differ in their values only.
 *
 * The order of each caller's rows is kept without an ORDER BY around it all: a subquery with an ORDER BY of its own is
 * not merged into the outer statement, and one that refers to `b` can be joined in one way only, by a nested loop inside
 * that over `b`, which passes rows on as they come. A statement without parameters would not be bound to that.
 */
function forAll(statements: readonly Sql[]): Sql<Record<string, unknown>> {
  const [one] = statements as [Sql]
  const { text, values } = one
  let shape = shapes.get(text)
  if (shape === undefined) {
    const names = values.map((_, index) => `v${index}`)
    const arrays = names.map((_, index) => `$${index + 1}::text[]`).join(', ')
    const inner = filledIn(one, 'b', names).text
    const outer = `SELECT b."${CALLER}", q.* FROM unnest(${arrays}) WITH ORDINALITY AS b (${names.join(', ')}, "${CALLER}")
      CROSS JOIN LATERAL (${inner}) q`
    shape = fixed<Record<string, unknown>>(outer)
    shapes.set(text, shape)
  }
  return shape.with(values.map((_, index) => statements.map((each) => each.values[index])))
}
