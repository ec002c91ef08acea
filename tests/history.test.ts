/** History over many types. https://hl7.org/fhir/R4/http.html#history */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { openRecord } from '#record'
import { auditOf, CALLER } from './support/audit.ts'
import { startHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'

/** Gives `db`, and tells of each row that comes through it by which way it came. */
const watched = (db: Database, tell: (way: string, row: object) => void): Database =>
  new Proxy(db, {
    get(target, way) {
      const own = Reflect.get(target, way)
      if (way !== 'quick' && way !== 'rows') return own
      return async (...args: unknown[]) => {
        const rows = await own(...args)
        for (const row of rows) tell(way, row)
        return rows
      }
    },
  })

test('the history of the whole system reads the texts of its page only, and not where short reads wait', async (t) => {
  const { db, record } = await startHospital(t)
  const TYPES = ['Patient', 'Organization', 'Location', 'Group']
  for (const resourceType of TYPES)
    for (let number = 1; number <= 4; number++)
      await record.update(
        CALLER,
        resourceType,
        `r${number}`,
        JSON.stringify({
          resourceType,
          id: `r${number}`,
          ...(resourceType === 'Group' && { type: 'person', actual: true }),
        }),
      )
  await record.delete(CALLER, 'Location', 'r1')
  await record.update(CALLER, 'Patient', 'r2', '{"resourceType":"Patient","id":"r2","active":true}')

  let texts = 0
  const watching = openRecord({
    db: watched(db, (way, row) => {
      if (!('version' in row)) return
      assert.equal(way, 'rows')
      if ('body' in row) texts++
    }),
    audit: auditOf(db),
    references: 'off',
    log: readableLog().log,
  })
  const seen: string[] = []
  const base = 'http://h/fhir/R4'
  for (let parameters: [string, string][] | undefined = [['_count', '3']]; parameters !== undefined; ) {
    texts = 0
    const page = JSON.parse(await watching.history(CALLER, { parameters, strict: true, base }))
    assert.equal(texts, page.entry.length)
    for (const { fullUrl, resource, response } of page.entry) {
      assert.equal(resource === undefined, response.status === '204')
      seen.push(`${fullUrl.slice(base.length + 1)} ${response.etag}`)
    }
    const next = page.link.find(({ relation }: { relation: string }) => relation === 'next')?.url
    parameters = next && [...new URL(next).searchParams]
  }
  assert.equal(seen.length, 18)
  assert.equal(new Set(seen).size, 18)
  assert.deepEqual(seen.slice(0, 2), ['Patient/r2 W/"2"', 'Location/r1 W/"2"'])
})
