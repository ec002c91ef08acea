import { someIds } from '../statements/floor.ts'
import type { Work } from '../work.ts'
import { wrk } from '../wrk/wrk.ts'
import { readsFile } from './read.ts'

const IDS = 5_000

/** What the audit trail costs: read by id, each written down before it is answered, beside the same hospital without. */
export const auditWork: Work = async ({ db, home, hospital, token, unaudited }) => {
  const file = readsFile(
    home,
    (await db.rows(someIds(IDS))).map(({ id }) => id),
  )
  const without = await unaudited()
  return {
    ours: () => wrk({ what: 'audit', server: hospital, token, file }),
    floor: () => wrk({ what: 'audit floor', server: without, token, file }),
    async [Symbol.asyncDispose]() {},
  }
}
