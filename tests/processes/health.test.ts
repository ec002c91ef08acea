/**
 * What health says of a real OmniCare whose parts are taken away one by one. Its databases are the test's own, so that they can
 * be stopped, and stay so.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { type Embedded, startEmbedded } from '#foundation/embedded/server.ts'
import { signal } from '#foundation/process.ts'
import type { HealthReport } from '../../src/operations/health/index.ts'
import { omnicare } from '../support/command.ts'
import { openBrowser } from '../support/door.ts'
import { authorized } from '../support/oauth.ts'
import { readableLog } from '../support/recording-record.ts'
import { freshHome, type Running, startOmniCare, until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
type Name = 'record' | 'control'
const servers = new Map<Name, Embedded>()
let running: Running

const startDatabase = async (folder: string, name: Name): Promise<string> => {
  const server = await startEmbedded({ name, folder: join(folder, name), log: readableLog().log })
  servers.set(name, server)
  return server.url
}

let folder = ''
before(async () => {
  const home = freshHome(suite)
  folder = freshHome(suite)
  const urls = await Promise.all((['record', 'control'] as const).map((name) => startDatabase(folder, name)))
  suite.after(async () => void (await Promise.all([...servers.values()].map((server) => server.stop()))))
  running = await startOmniCare(home, {
    OMNICARE_RECORD_URL: String(urls[0]),
    OMNICARE_CONTROL_URL: String(urls[1]),
  })
  suite.after(() => running.kill())
})

const without = async (name: Name, work: () => Promise<void>): Promise<void> => {
  await servers.get(name)?.stop()
  try {
    await work()
  } finally {
    await startDatabase(folder, name)
  }
}

interface Printed {
  readonly exit: number
  readonly report: HealthReport
}
const healthNow = async (): Promise<Printed> => {
  const { exit, out, err } = await omnicare(running, 'health', '--json')
  assert.notEqual(out, '', err)
  return { exit, report: JSON.parse(out) as HealthReport }
}
const verdictOf = ({ report }: Printed, name: string) => report.probes.find((probe) => probe.name === name)?.verdict
const causes = ({ report }: Printed) => report.causes.filter(({ verdict }) => verdict === 'fail')

const wellAgain = () =>
  until('the service is well', async () => {
    const answer = await fetch(`${running.run().operations}/health`)
    return ((await answer.json()) as { status: string }).status === 'pass'
  })

describe('omnicare health', () => {
  test('finds that there is no backup, and nothing else, in an OmniCare that is well', async () => {
    const { exit, report } = await healthNow()
    assert.equal(exit, 1)
    assert.deepEqual([report.service, report.verdict], ['pass', 'warn'])
    assert.deepEqual(
      report.causes.map(({ probe }) => probe),
      ['backups:age'],
    )
    assert.deepEqual(report.errors, { count: 0, newest: [] })
    const { out } = await omnicare(running, 'health', '--comprehensive')
    for (const title of ['[1] Cluster', '[2] Application', '[3] Database', '[4] Errors of the last hour', '[5] SLA'])
      assert.ok(out.includes(`\n${title}\n`), title)
    const regions = await omnicare(running, 'health', '--regions')
    assert.equal(regions.exit, 0)
    assert.match(regions.out, /^pass {2}local {2}http.*\n.*backups:age.*\nThere is one region/)
  })

  test('says within 15 s of a hospital that was killed, by what, and that it is back', async () => {
    const { hospitalPid } = running.run()
    const began = performance.now()
    signal(hospitalPid, 'SIGKILL')
    await until(
      'it is said',
      async () => {
        const { report } = await healthNow()
        const ended = report.changes.find(({ probe, to }) => probe === 'hospital:ready' && to === 'fail')
        return /^The hospital was ended by signal SIGKILL at /.test(ended?.says ?? '')
      },
      15_000,
    )
    assert.ok(performance.now() - began < 15_000)
    await until('another hospital serves', () => running.run().hospitalPid !== hospitalPid)
    await wellAgain()
    const { exit, out } = await omnicare(running, 'health')
    assert.equal(exit, 1)
    assert.match(out, /1× {2}omnicare-operations: the hospital has ended by itself and is started again\n/)
    assert.match(out, /hospital:ready +fail → pass\n/)
    const { report } = await healthNow()
    assert.ok((report.sla.lastDay.failedSeconds ?? 0) > 0)
  })

  test('says without a record what depends on it, and operations stays up', async () => {
    await without('record', async () => {
      await until('the record is missed', async () => verdictOf(await healthNow(), 'hospital:ready') === 'fail', 15_000)
      const now = await healthNow()
      assert.equal(now.exit, 1)
      assert.equal(now.report.service, 'fail')
      assert.deepEqual(
        causes(now).map(({ probe, says, carries }) => [probe, says, carries]),
        [
          [
            'record:database',
            'The record database does not answer: nothing listens there.',
            'Charts can not be read or changed.',
          ],
        ],
      )
      const dependents = causes(now)[0]?.dependents ?? []
      for (const name of ['hospital:ready', 'record:locks', 'clock:record']) assert.ok(dependents.includes(name), name)
      assert.equal(verdictOf(now, 'control:database'), 'pass')
      const { out } = await omnicare(running, 'health')
      assert.match(out, /hospital:ready .*record:responseTime says database\/unreachable.*Because of record:database\./)
      assert.equal((await fetch(`${running.run().operations}/health/ready`)).status, 200)
      const metrics = await fetch(`${running.run().operations}/metrics`, {
        headers: { authorization: `Bearer ${running.token}` },
      })
      assert.match(await metrics.text(), /^omnicare_probe_failed\{probe="record:database"\} 1$/m)
    })
    await wellAgain()
  })

  test('says without a control database what depends on it, while the hospital serves who is signed in', async () => {
    const { operations, hospital } = running.run()
    const token = await signedIn('http://localhost:'.concat(new URL(operations).port), hospital)
    const as = (path: string, init: RequestInit = {}) =>
      fetch(`${hospital}/fhir/R4/${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      })
    const patient = (family: string) =>
      as('Patient', { method: 'POST', body: JSON.stringify({ resourceType: 'Patient', name: [{ family }] }) })
    await until('the token counts', async () => (await as('Patient?_count=1')).status === 200)
    const made: string[] = []
    await without('control', async () => {
      await until('it is missed', async () => verdictOf(await healthNow(), 'control:database') === 'fail', 15_000)
      for (const family of ['one', 'two', 'three']) {
        const answer = await patient(family)
        assert.equal(answer.status, 201)
        const { id } = (await answer.json()) as { id: string }
        made.push(id)
        assert.equal((await as(`Patient/${id}`)).status, 200)
      }
      const now = await healthNow()
      assert.deepEqual(
        causes(now).map(({ probe }) => probe),
        ['control:database'],
      )
      assert.match(String(causes(now)[0]?.carries), /Who is signed in at the hospital goes on; its trail waits/)
      assert.equal(verdictOf(now, 'hospital:ready'), 'pass')
      assert.match(String(now.report.sla.lacks), /only since operations started/)
      assert.equal((await fetch(`${hospital}/health/ready`)).status, 200)
      assert.equal((await fetch(`${operations}/api/health`)).status, 503)
    })
    await wellAgain()
    // What was done meanwhile waited in the intake, and is in the ledger now.
    for (const id of made)
      await until(`what was done with ${id} is sealed`, async () => {
        const { out } = await omnicare(running, 'audit', 'search', '--patient', `Patient/${id}`, '--json')
        return ['create', 'read'].every((action) => out.includes(`"action":"${action}"`))
      })
    assert.equal((await omnicare(running, 'audit', 'verify')).exit, 0)
  })

  test('says of operations that was killed what the hospital knows of itself, or that nothing answers', async () => {
    signal(running.run().pid, 'SIGKILL')
    await running.ended
    const { exit, out } = await omnicare(running, 'health')
    assert.equal(exit, 1)
    assert.match(out, /^OmniCare health: operations does not answer at http/)
    assert.match(out, /docs\/runbooks\/operations-does-not-answer\.md/)
  })
})

/** The access token of somebody of the front desk, by the steps that a page takes. */
async function signedIn(operations: string, hospital: string): Promise<string> {
  const invited = await omnicare(
    running,
    ...['identity', 'users', 'invite', 'dana', '--name', 'Dana', '--roles', 'front-desk', '--json'],
  )
  const [, secret] = /#([\w-]{43})/.exec(invited.out) ?? []
  const browser = openBrowser(operations)
  const password = 'correct horse battery staple'
  const accepted = await browser.ask('POST', '/api/session/link/accept', { secret, password, place: 'hospital' })
  assert.equal(accepted.body.is, 'in', JSON.stringify(accepted.body))
  const registered = await omnicare(
    running,
    ...['identity', 'clients', 'register', 'Desk', '--redirect', 'http://127.0.0.1:9/back', '--json'],
    ...['--scopes', 'openid user/Patient.cruds'],
  )
  const { client } = JSON.parse(registered.out) as { client: { id: string } }
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const planes = { operations, hospital: { base: `${hospital}/fhir/R4` } } as Parameters<typeof authorized>[0]
  const asked = { clientId: client.id, scope: 'openid user/Patient.cruds', cookie }
  return (await authorized(planes, asked)).tokens.access_token
}
