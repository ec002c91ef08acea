import type { Ground } from '../ground.ts'
import { careForAll, someIds } from '../statements/floor.ts'
import type { Work } from '../work.ts'
import { wrk } from '../wrk/wrk.ts'
import { readsFile } from './read.ts'
import { chartSearches } from './search.ts'

const IDS = 5_000
const PHYSICIAN = 'physician.of.the-bench'

/** What is asked by a physician, who sees the patients in their care, beside the same asked by who sees everything. */
const beside = async (ground: Ground, what: string, file: string) => {
  await ground.db.rows(careForAll('Practitioner/bench'))
  const server = await ground.restricted(PHYSICIAN)
  return {
    ours: () => wrk({ what, server, token: PHYSICIAN, file }),
    floor: () => wrk({ what: `${what} of everything`, server, token: ground.token, file }),
    async [Symbol.asyncDispose]() {},
  }
}

export const restrictedSearchWork: Work = async (ground) =>
  beside(ground, 'restricted search', (await chartSearches(ground)).ours)

export const restrictedReadWork: Work = async (ground) => {
  const ids = (await ground.db.rows(someIds(IDS))).map(({ id }) => id)
  return beside(ground, 'restricted read', readsFile(ground.home, ids))
}
