import { someIds } from '../statements/floor.ts'
import type { Work } from '../work.ts'
import { linesFile, wrk } from '../wrk/wrk.ts'

const IDS = 5_000

/** Read by id, signed in, beside a handler that selects the same row and sends it. */
export const readWork: Work = async ({ db, home, hospital, signed: token, floor }) => {
  const ids = (await db.rows(someIds(IDS))).map(({ id }) => id)
  const ours = readsFile(home, ids)
  const bare = linesFile(
    home,
    'read-floor',
    ids.map((id) => `/Observation/${id}`),
  )
  return {
    ours: () => wrk({ what: 'read', server: hospital, token, file: ours }),
    floor: () => wrk({ what: 'read floor', server: floor, file: bare }),
    async [Symbol.asyncDispose]() {},
  }
}

/** Reads of Observations by id, as the hospital wants them. */
export const readsFile = (home: string, ids: readonly string[]): string =>
  linesFile(
    home,
    'read-ours',
    ids.map((id) => `/fhir/R4/Observation/${id}`),
  )
