import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { serve } from '../../tests/support/recording-record.ts'
import { databaseFaults } from '../foundation/database-faults.ts'
import type { Load } from './saturation.ts'

const unreachable = { ask: () => Promise.reject(databaseFaults.unreachable()) }

describe('the health of the server', () => {
  test('is a verdict with its parts', async (t) => {
    const response = await serve(t).app.inject('/health')
    assert.equal(response.statusCode, 200)
    assert.match(String(response.headers['content-type']), /^application\/health\+json/)
    const { status, releaseId, checks } = response.json()
    assert.deepEqual([status, releaseId], ['pass', '1.2.3'])
    assert.equal(checks['record:responseTime'][0].status, 'pass')
    assert.equal(checks['http:phase'][0].observedValue, 'serving')
  })

  test('fails with a record that does not answer, and says why', async (t) => {
    for (const url of ['/health', '/health/ready']) {
      const response = await serve(t, unreachable).app.inject(url)
      assert.equal(response.statusCode, 503)
      assert.equal(response.json().status, 'fail')
      assert.match(response.json().checks['record:responseTime'][0].output, /^database\/unreachable/)
    }
  })

  test('fails with a record that takes too long', async (t) => {
    const { app } = serve(t, { ask: () => new Promise(() => {}) }, { patienceMs: 10 })
    const response = await app.inject('/health')
    assert.equal(response.statusCode, 503)
    assert.match(response.json().checks['record:responseTime'][0].output, /10 ms/)
  })

  test('tells nothing of errors that nobody expected', async (t) => {
    const { app } = serve(t, { ask: () => Promise.reject(new Error('password=hunter2')) })
    assert.doesNotMatch((await app.inject('/health')).body, /hunter2/)
  })

  test('asks the record once, however many ask at the same time', async (t) => {
    const { app, calls } = serve(t)
    await Promise.all(Array.from({ length: 20 }, () => app.inject('/health/ready')))
    assert.ok(calls.length < 20, `${calls.length}`)
  })
})

describe('readiness', () => {
  for (const current of ['starting', 'draining'] as const) {
    test(`is refused while ${current}, though the server is healthy enough`, async (t) => {
      const { app, phase } = serve(t)
      phase.current = current
      assert.equal((await app.inject('/health/ready')).statusCode, 503)
      assert.equal((await app.inject('/health')).statusCode, 200)
      assert.equal((await app.inject('/health')).json().status, 'warn')
    })
  }
})

describe('a hospital that is too busy', () => {
  const QUIET: Load = { lateMs: 1, waitedMs: 0, tooLate: false, waitedTooLong: false }
  for (const [why, load, check] of [
    ['gets its turn too late', { ...QUIET, lateMs: 900, tooLate: true }, 'process:eventLoop'],
    ['has no connection to give', { ...QUIET, waitedMs: 2_500, waitedTooLong: true }, 'record:connections'],
  ] as const)
    test(`because it ${why} is healthy enough, but lets nobody more come`, async (t) => {
      let current: Load = load
      const { app } = serve(t, {}, { load: () => current })
      assert.equal((await app.inject('/health')).statusCode, 200)
      const ready = await app.inject('/health/ready')
      assert.equal(ready.statusCode, 503)
      assert.equal(ready.json().status, 'warn')
      assert.match(ready.json().checks[check][0].output, /in time/)
      current = QUIET
      assert.equal((await app.inject('/health/ready')).statusCode, 200)
    })
})

describe('liveness', () => {
  test('does not depend on the record: restarting would not mend that', async (t) => {
    const { app, calls } = serve(t, unreachable)
    assert.equal((await app.inject('/health/live')).statusCode, 200)
    assert.deepEqual(calls, [])
  })
})
