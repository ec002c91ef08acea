import type { Database, Queries } from '#foundation/database.ts'

/** Thrown by a database that was told to fail; a test that sees it knows the failure was the one it ordered. */
class OrderedFailure extends Error {}

/**
 * When the ordered step fails: `before` its statement reaches PostgreSQL, or `after` it was carried out, as when the
 * answer is lost on the way.
 */
export type Moment = 'before' | 'after'

/** The real database, whose nth step fails. A step is a statement, or that which comes right before a commit. */
function failingAt(db: Database, step: number, moment: Moment): { db: Database; steps: () => number } {
  let count = 0
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    const fails = ++count === step
    if (fails && moment === 'before') throw new OrderedFailure(`ordered at step ${step}`)
    const done = await work()
    if (fails) throw new OrderedFailure(`ordered after step ${step}`)
    return done
  }
  const over = (queries: Queries): Queries => ({
    rows: (statement) => counted(() => queries.rows(statement)),
    quick: (statement) => counted(() => queries.quick(statement)),
    append: (statement) => counted(() => queries.append(statement)),
    change: (statement) => counted(() => queries.change(statement)),
    shared: (statement) => counted(() => queries.shared(statement)),
    copy: (statement, lines) => counted(() => queries.copy(statement, lines)),
    stream: (statement, row) => counted(() => queries.stream(statement, row)),
  })
  const failing: Database = {
    ...over(db),
    transaction: (work) =>
      db.transaction(async (tx) => {
        const result = await work(over(tx))
        await counted(async () => undefined)
        return result
      }),
    longestWaitMs: () => db.longestWaitMs(),
    async [Symbol.asyncDispose]() {},
  }
  return { db: failing, steps: () => count }
}

/**
 * Runs `scenario` again and again, making the 1st, 2nd, 3rd … step fail, until a run ends without reaching the ordered
 * failure. After every failed run `check` must hold.
 *
 * @returns the number of steps at which a failure was ordered and survived
 */
export async function failingAtEveryStep(
  db: Database,
  moment: Moment,
  scenario: (db: Database) => Promise<unknown>,
  check: (step: number) => Promise<void>,
): Promise<number> {
  for (let step = 1; ; step++) {
    const failing = failingAt(db, step, moment)
    const failed = await scenario(failing.db).then(
      () => false,
      (error: unknown) => {
        // What stores the audit entry says what that means, with the failure as its cause.
        const first = error instanceof OrderedFailure ? error : (error as Error).cause
        if (!(first instanceof OrderedFailure)) throw error
        return true
      },
    )
    if (!failed && failing.steps() < step) return step - 1
    if (!failed) throw new Error(`step ${step} failed and nobody was told`)
    await check(step)
  }
}
