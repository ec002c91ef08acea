import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { StatsFs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { cgroupLimit, meterMachine, openUsage, roomOf } from './machine.ts'
import { Metrics } from './metric.ts'

describe('how the processors are used', () => {
  const machine = () => {
    const read = { busy: 100, all: 1_000 }
    let now = 0
    const usage = openUsage(
      () => ({ ...read }),
      () => now,
    )
    return {
      usage,
      pass(seconds: number, busy: number) {
        now += seconds
        read.all += 2 * seconds
        read.busy += busy
      },
    }
  }

  test('is the part of what could have been computed since it was asked before', () => {
    const { usage, pass } = machine()
    pass(15, 15)
    assert.equal(usage(), 50)
    pass(60, 12)
    assert.equal(usage(), 10)
  })

  test('is told by the first question, however early it comes', () => {
    const { usage, pass } = machine()
    pass(1, 2)
    assert.equal(usage(), 100)
  })

  test('is the same for several who ask at once, and not of the moment in between', () => {
    const { usage, pass } = machine()
    pass(15, 15)
    assert.equal(usage(), 50)
    pass(1, 2)
    assert.equal(usage(), 50)
    pass(14, 4)
    assert.equal(usage(), 20)
  })

  test('is never less than nothing or more than all, though clocks of the system go astray', () => {
    const { usage, pass } = machine()
    pass(15, -3)
    assert.equal(usage(), 0)
    pass(15, 31)
    assert.equal(usage(), 100)
  })

  // https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
  for (const [text, limit] of [
    ['max 100000\n', undefined],
    ['200000 100000\n', 2],
    ['50000 100000\n', 0.5],
    [undefined, undefined],
  ] as const)
    test(`${limit === undefined ? 'has no limit' : `is of ${limit} processors`} where cpu.max says ${JSON.stringify(text)}`, () =>
      assert.equal(cgroupLimit(text), limit))
})

describe('the disk', () => {
  test('is as full as df says', async () => {
    const metrics = new Metrics()
    meterMachine(metrics, { home: join(tmpdir(), 'not', 'made', 'yet') })
    const text = await metrics.metrics()
    const told = Number(/^disk_usage_percent (\S+)$/m.exec(text)?.[1])
    const { stdout } = spawnSync('df', ['--output=pcent,avail', '-B1', tmpdir()], { encoding: 'utf8' })
    const [, percent, free] = /(\d+)% +(\d+)/.exec(stdout) ?? []
    // df rounds up; others write to the disk meanwhile.
    assert.ok(Math.abs(told - Number(percent)) <= 1.5, `${told} and ${percent}`)
    const left = Number(/^omnicare_disk_free_bytes\{keeps="home"\} (\d+)$/m.exec(text)?.[1])
    assert.ok(Math.abs(left / Number(free) - 1) < 0.05, `${left} and ${free}`)
  })
})

describe('the room of a disk', () => {
  test('is what its user may fill: a share kept for root is neither free nor used', () => {
    const keptForRoot = { blocks: 250, bfree: 203, bavail: 53, bsize: 4096 } as StatsFs
    assert.deepEqual(roomOf(keptForRoot), { percent: 47, free: 53 * 4096, total: 100 * 4096 })
    const none = { blocks: 0, bfree: 0, bavail: 0, bsize: 4096 } as StatsFs
    assert.equal(roomOf(none).percent, 0)
  })
})
