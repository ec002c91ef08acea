import { openGround } from '../ground.ts'
import { fill } from '../patients.ts'
import type { Work } from '../work.ts'
import { wrk } from '../wrk/wrk.ts'
import { chartSearches } from './search.ts'

const TIMES = 10

/** The same search in a hospital ten times as large (ours) beside the one of ordinary size (floor): p99 should not grow. */
export const searchGrowthWork: Work = async (ground, { size, note }) => {
  const large = await openGround()
  note(`filling a second record with ${size * TIMES} resources`)
  await fill(large, size * TIMES)
  const [inLarge, inSmall] = [await chartSearches(large), await chartSearches(ground)]
  return {
    ours: () => wrk({ what: 'search', server: large.hospital, token: large.token, file: inLarge.ours }),
    floor: () => wrk({ what: 'search', server: ground.hospital, token: ground.token, file: inSmall.ours }),
    [Symbol.asyncDispose]: () => large[Symbol.asyncDispose](),
  }
}
