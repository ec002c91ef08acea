/** A hospital whose connections are all taken says so before anybody is refused for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { startHospital } from './support/hospital.ts'
import { until } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

const suite = ofSuite()
const CONNECTIONS = 10

test('a hospital without a connection left lets nobody more come, until there is one', async () => {
  const { url, own } = await startHospital(suite)
  const ready = async () => {
    const answer = await fetch(`${url}/health/ready`)
    return { status: answer.status, text: await answer.text() }
  }
  assert.equal((await ready()).status, 200)
  const released = Promise.withResolvers<void>()
  const taken = Array.from({ length: CONNECTIONS }, () =>
    own.transaction(async (tx) => {
      await tx.rows(sql`SELECT 1`)
      await released.promise
    }),
  )
  const waiting = own.rows(sql`SELECT 1`)
  await until('it is not ready', async () => (await ready()).status === 503)
  assert.match((await ready()).text, /"record:connections":\[\{"status":"warn"/)
  // Its record answers all the same: short reads go by connections of their own.
  assert.equal((await fetch(`${url}/health`)).status, 200)
  released.resolve()
  await Promise.all([...taken, waiting])
  await until('it is ready again', async () => (await ready()).status === 200)
})
