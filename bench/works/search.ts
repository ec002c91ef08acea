import type { Ground } from '../ground.ts'
import { indexChart, makeChart, someCharts } from '../statements/floor.ts'
import type { Work } from '../work.ts'
import { linesFile, wrk } from '../wrk/wrk.ts'

const CHARTS = 2_000

/** The first page of one patient's Observations with one code, newest first, beside a table made for this one search. */
export const searchWork: Work = async (ground) => {
  const { ours, bare } = await chartSearches(ground)
  return {
    ours: () => wrk({ what: 'search', server: ground.hospital, token: ground.token, file: ours }),
    floor: () => wrk({ what: 'search floor', server: ground.floor, file: bare }),
    async [Symbol.asyncDispose]() {},
  }
}

/** The same searches as both servers want them. */
export async function chartSearches({ db, home }: Ground): Promise<{ readonly ours: string; readonly bare: string }> {
  await db.rows(makeChart())
  await db.rows(indexChart())
  const charts = await db.rows(someCharts(CHARTS))
  const ours = charts.map(
    ({ patient, code }) =>
      `/fhir/R4/Observation?patient=${patient}&code=${encodeURIComponent(`http://loinc.org|${code}`)}&_sort=-date`,
  )
  const bare = charts.map(({ patient, code }) => `/Observation?patient=${patient}&code=${code}`)
  return { ours: linesFile(home, 'search-ours', ours), bare: linesFile(home, 'search-floor', bare) }
}
