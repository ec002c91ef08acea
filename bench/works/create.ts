import { makeBare, makeBareTable, someTexts } from '../statements/floor.ts'
import type { Work } from '../work.ts'
import { linesFile, wrk } from '../wrk/wrk.ts'

const TEXTS = 2_000

/** Create, beside a handler that inserts the same text. Both are durable when they answer. */
export const createWork: Work = async ({ db, home, hospital, token, floor }) => {
  await db.rows(makeBare())
  await db.rows(makeBareTable())
  const texts = (await db.rows(someTexts(TEXTS))).map(({ body }) => withoutServersPart(body))
  const file = linesFile(home, 'create', texts)
  return {
    ours: () => wrk({ what: 'create', server: hospital, token, file, path: '/fhir/R4/Observation' }),
    floor: () => wrk({ what: 'create floor', server: floor, file, path: '/Observation' }),
    async [Symbol.asyncDispose]() {},
  }
}

/** As a client sends it: without id and meta. */
function withoutServersPart(body: string): string {
  const { id: _id, meta: _meta, ...resource } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(resource)
}
