import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import pg from 'pg'
import { signal } from '#foundation/process.ts'
import { processesIn, readyHome, startOmniCare, until } from '../support/running.ts'

const MOST = 8

describe('a clean stop', () => {
  for (const workers of ['1', '2']) {
    test(`answers every request that was accepted, and says that it drains, OMNICARE_WORKERS=${workers}`, async (t) => {
      const home = await readyHome(t)
      const running = await startOmniCare(home, { OMNICARE_WORKERS: workers, OMNICARE_DRAIN_SECONDS: '5' })
      const ids = Array.from({ length: MOST }, (_, number) => `p${number}`)
      const patient = (id: string) => ({ resourceType: 'Patient', id, active: true })
      for (const id of ids) assert.equal((await running.send('PUT', `/fhir/R4/Patient/${id}`, patient(id))).status, 201)

      // Transactions are made slow by somebody else who holds their rows.
      const password = readFileSync(join(home, 'postgres/record/password'), 'utf8')
      const socket = encodeURIComponent(join(home, 'postgres/record/socket'))
      const holder = new pg.Client(`postgresql://omnicare:${password}@/omnicare?host=${socket}`)
      await holder.connect()
      await holder.query('BEGIN')
      await holder.query('SELECT FROM fhir."Patient" FOR UPDATE')
      const slow = ids.map((id) => {
        const entry = [
          { resource: { ...patient(id), active: false }, request: { method: 'PUT', url: `Patient/${id}` } },
        ]
        return running.send('POST', '/fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry })
      })
      const waiting = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
      const watcher = new pg.Client(`postgresql://omnicare:${password}@/omnicare?host=${socket}`)
      await watcher.connect()
      await until('all wait', async () => (await watcher.query(waiting)).rows[0].n === MOST)

      signal(running.run().pid, 'SIGTERM')
      let said = await running.ask('/health/ready', { headers: { connection: 'close' } })
      await until('readiness says no', async () => {
        if (said.status === 503) return true
        said = await running.ask('/health/ready', { headers: { connection: 'close' } })
        return false
      })
      assert.match(await said.text(), /"observedValue":"draining"/)
      await watcher.end()
      await holder.query('COMMIT')
      await holder.end()
      assert.deepEqual(
        (await Promise.all(slow)).map(({ status }) => status),
        ids.map(() => 200),
      )
      assert.equal(await running.ended, 0)
      assert.ok(!existsSync(join(home, 'run.json')))
      assert.deepEqual(processesIn(home), [])
    })
  }

  for (const [what, name] of [
    ['Ctrl-C in the launcher', 'SIGINT'],
    ['closing the terminal', 'SIGHUP'],
  ] as const) {
    test(`is begun by ${what} too, and leaves no database behind`, async (t) => {
      const running = await startOmniCare(await readyHome(t))
      // Everybody in the terminal's group gets it, and whoever started somebody passes it on.
      const { pid, hospitalPid } = running.run()
      for (const one of [pid, hospitalPid, pid]) signal(one, name)
      assert.equal(await running.ended, 0)
      assert.deepEqual(processesIn(running.home), [])
    })
  }
})
