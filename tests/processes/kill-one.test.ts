import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commandOf, parentOf, signal } from '#foundation/process.ts'
import { killOne, postmaster, processesIn, type Running, readyHome, startOmniCare, until } from '../support/running.ts'
import { openWriters } from '../support/writers.ts'

const ready = async (running: Running): Promise<boolean> =>
  running.ask('/health/ready').then(
    ({ status }) => status === 200,
    () => false,
  )

interface Health {
  readonly status: string
  readonly checks: Readonly<Record<string, readonly [{ status: string; observedValue?: number; output?: string }]>>
}

const health = async (running: Running): Promise<Health> =>
  (await (await fetch(`${running.run().operations}/health`)).json()) as Health

describe('kill -9 of the hospital', () => {
  test('is told by operations, which start it again on the same port', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    const { hospitalPid, hospital, operations } = running.run()
    // Stopped for a moment, so that it can be seen what operations say meanwhile, however fast the restart is.
    signal(hospitalPid, 'SIGSTOP')
    const during = await health(running)
    assert.deepEqual([during.status, during.checks['hospital:ready']?.[0].status], ['fail', 'fail'])
    assert.equal((await fetch(`${operations}/health/ready`)).status, 200)
    signal(hospitalPid, 'SIGKILL')
    await until('the hospital is back', () => ready(running))
    // It may answer before operations, whom it tells, have written it down.
    await until('it is written down', () => running.run().hospitalPid !== hospitalPid)
    assert.equal(running.run().hospital, hospital)
    await until('all is well', async () => (await health(running)).status === 'pass')
    assert.equal((await health(running)).checks['hospital:restarts']?.[0].observedValue, 1)
    assert.equal(await running.stop(), 0)
  })
})

describe('kill -9 of operations', () => {
  test('ends the hospital, and the next start takes over the databases', async (t) => {
    const home = await readyHome(t, { durable: true })
    const first = await startOmniCare(home)
    const { id } = (await (
      await first.send('POST', '/fhir/R4/Basic', { resourceType: 'Basic', code: { text: 'x' } })
    ).json()) as {
      id: string
    }
    const before = [postmaster(home, 'record'), postmaster(home, 'control')]
    signal(first.run().pid, 'SIGKILL')
    await first.ended
    const second = await startOmniCare(home)
    assert.equal((await second.ask(`/fhir/R4/Basic/${id}`)).status, 200)
    const after = [postmaster(home, 'record'), postmaster(home, 'control')]
    assert.ok(after.every((pid) => !before.includes(pid)))
    assert.equal(processesIn(home).filter((pid) => commandOf(pid)?.includes('serve.ts')).length, 1)
    assert.equal(await second.stop(), 0)
    assert.deepEqual(processesIn(home), [])
  })
})

describe('kill -9 of a database', () => {
  test('is mended within seconds, and nothing acknowledged is lost', async (t) => {
    const running = await startOmniCare(await readyHome(t, { durable: true }))
    const writers = openWriters()
    const { pid, hospitalPid } = running.run()
    for (let round = 0; round < 3; round++) {
      const before = writers.count()
      const writing = writers.write(running)
      await until('the writers are at work', () => writers.count() - before > 50)
      signal(postmaster(running.home, 'record'), 'SIGKILL')
      await writing
      const began = performance.now()
      await until('the record is back', () => ready(running), 15_000)
      t.diagnostic(`back after ${Math.round(performance.now() - began)} ms`)
      await writers.check(running)
    }
    await writers.checkAll(running)
    assert.deepEqual([running.run().pid, running.run().hospitalPid], [pid, hospitalPid])
    assert.equal(await running.stop(), 0)
  })

  test('of operations leaves the hospital at work', async (t) => {
    const running = await startOmniCare(await readyHome(t, { durable: true }))
    const url = `${running.run().operations}/health/ready`
    const killed = killOne('the control database', () => postmaster(running.home, 'control'))
    assert.ok(await ready(running))
    await killed
    await until('operations are ready again', async () => (await fetch(url)).status === 200, 15_000)
    assert.equal(await running.stop(), 0)
  })
})

describe('several copies of the hospital on one port', () => {
  const copies = ({ home, run }: Running) =>
    processesIn(home).filter(
      (pid) => commandOf(pid)?.includes('serve.ts') === true && parentOf(pid) === run().hospitalPid,
    )

  test('are counted together, and one that is killed is missed by nobody', async (t) => {
    const running = await startOmniCare(await readyHome(t), { OMNICARE_WORKERS: '2' })
    const count = async () => {
      const text = await (await running.ask('/metrics')).text()
      return Number(
        /^http_requests_total\{status="404",method="GET",endpoint="\/fhir\/R4\/:type\/:id"\} (\d+)$/m.exec(text)?.[1] ??
          0,
      )
    }
    await until('both copies serve', () => ['1', '2'].every((copy) => served(running.home, copy) > 0))
    // A connection stays with the copy that took it: each of these asks over one of its own.
    const asks = Array.from({ length: 40 }, () =>
      running.ask('/fhir/R4/Patient/nobody', { headers: { connection: 'close' } }),
    )
    assert.deepEqual([...new Set((await Promise.all(asks)).map(({ status }) => status))], [404])
    // A request is counted when its answer has left, which its client may know before.
    await until('all are counted', async () => (await count()) === 40)
    assert.deepEqual([await count(), await count()], [40, 40])

    const [one] = copies(running) as [number]
    signal(one, 'SIGKILL')
    // Connections that were on their way to it are lost; once its end is known, none is.
    await until('its end is known', () => running.printed().includes('a copy of the hospital has ended'))
    for (let asked = 0; asked < 20; asked++) {
      const { status } = await running.ask('/health/ready', { headers: { connection: 'close' } })
      assert.equal(status, 200)
    }
    await until('it is started again', () => copies(running).length === 2)
    assert.ok((await count()) <= 40)
    await until('its log goes on', () => ['1', '2'].some((copy) => served(running.home, copy) > 1))
    await until('all is well', async () => (await health(running)).status === 'pass')
    assert.equal(await running.stop(), 0)
    assert.deepEqual(processesIn(running.home), [])
  })

  const served = (home: string, copy: string): number => {
    const file = join(home, `logs/hospital-${copy}.log`)
    // OmniCare runs once the first copy serves; another may not have begun its log.
    return existsSync(file) ? readFileSync(file, 'utf8').split('the hospital serves').length - 1 : 0
  }
})
