/** Forgetting the answers that were kept for whoever sends a Bundle again: they hold what its entries read. */
import type { Queries } from '#foundation/database.ts'
import { forgetOldAnswers } from './statements/answers.ts'

/** So few that nobody waits for their locks. */
const TOGETHER = 500

/** Deletes answers that are older than `days`; gives how many. May be stopped anywhere and run by several at once. */
export async function forgetAnswers(db: Pick<Queries, 'rows'>, days: number): Promise<number> {
  for (let all = 0; ; ) {
    const { length } = await db.rows(forgetOldAnswers(days, TOGETHER))
    all += length
    if (length < TOGETHER) return all
  }
}
