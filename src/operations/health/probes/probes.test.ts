/** Planted causes, found: a disk that fills up, a certificate near its end, clocks that differ, memory, mail, copies. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { smallDisk } from '../../../../tests/support/small-disk.ts'
import type { Probe } from '../probe.ts'
import { clockAnswer } from './clock.ts'
import { backupProbe, diskProbe, memoryProbe } from './machine.ts'
import { ntpProbe } from './ntp.ts'
import { certificateProbe, mailProbe, sealingProbe } from './queues.ts'
import { serviceProbes } from './services.ts'

const ask = async (probe: Probe, signal = AbortSignal.timeout(2_000)) => probe.ask(signal)
const NOW = Date.parse('2026-11-25T08:00:00Z')
const nowMs = () => NOW
const HOUR = 3_600_000

describe('a disk', { skip: smallDisk.cannot }, () => {
  test('of which 91 % are used is warned of, one that is full fails', async (t) => {
    const home = smallDisk(t, 100)
    const probe = diskProbe({ folders: { OmniCare: home, temporary: '/proc' }, warnPercent: 85 })
    assert.equal((await ask(probe)).verdict, 'pass')
    writeFileSync(join(home, 'ballast'), Buffer.alloc(91 * 1024 * 1024))
    const answer = await ask(probe)
    assert.equal(answer.verdict, 'warn')
    assert.match(String(answer.says), /^The disk of OmniCare fills up: 91(\.\d)? % are used\.$/)
    assert.doesNotMatch(String(answer.says), /\//)
    writeFileSync(join(home, 'more'), Buffer.alloc(6 * 1024 * 1024))
    assert.equal((await ask(probe)).verdict, 'fail')
  })
})

describe('a certificate', () => {
  for (const [daysLeft, verdict] of [
    [90, 'pass'],
    [14, 'pass'],
    [6, 'warn'],
    [-1, 'fail'],
  ] as const)
    test(`with ${daysLeft} days left gives ${verdict}`, async () => {
      const answer = await ask(certificateProbe(() => ({ daysLeft, refused: false }), 14))
      assert.deepEqual([answer.verdict, answer.observed], [verdict, daysLeft])
    })
})

describe('a clock', () => {
  const asked = (offsetMs: number, tookMs = 10) =>
    clockAnswer({
      theirsMs: NOW + tookMs / 2 + offsetMs,
      began: NOW,
      ended: NOW + tookMs,
      whose: "the record database's",
    })

  test('that is 3 s off is found, behind or ahead', () => {
    assert.partialDeepStrictEqual(asked(-3_000), {
      verdict: 'warn',
      observed: -3,
      says: "This machine's clock and the record database's differ by 3 s.",
    })
    assert.partialDeepStrictEqual(asked(3_000), { verdict: 'warn', observed: 3 })
    assert.equal(asked(6_000).verdict, 'fail')
    assert.equal(asked(900).verdict, 'pass')
  })

  test('is not called wrong for what the answer took', () => {
    assert.equal(asked(1_500, 2_000).verdict, 'pass')
    assert.equal(asked(3_000, 2_000).verdict, 'warn')
  })
})

describe('a time server', () => {
  /** Speaks NTP (RFC 5905) with a clock that is `offMs` ahead; `mark` may spoil its answer. */
  async function timeServer(t: TestContext, offMs: number, mark: (packet: Buffer) => void = () => {}) {
    const socket = createSocket('udp4')
    t.after(() => socket.close())
    socket.on('message', (request, { port, address }) => {
      const packet = Buffer.alloc(48)
      packet[0] = 0b00_100_100
      packet[1] = 2
      request.copy(packet, 24, 40, 48)
      const seconds = (Date.now() + offMs) / 1000 + 2_208_988_800
      for (const at of [32, 40]) {
        packet.writeUInt32BE(Math.floor(seconds), at)
        packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4)
      }
      mark(packet)
      socket.send(packet, port, address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return ntpProbe({ host: '127.0.0.1', port: socket.address().port, nowMs: () => Date.now() })
  }

  test('that has the same time is well, and one that is 3 s ahead is found', async (t) => {
    assert.equal((await ask(await timeServer(t, 0))).verdict, 'pass')
    const { verdict, says, observed = 0 } = await ask(await timeServer(t, 3_000))
    assert.equal(verdict, 'warn')
    assert.match(String(says), /^This machine's clock and the time server's differ by (2\.9|3\.0|3)\d* s\.$/)
    assert.ok(Math.abs(observed - 3) < 0.5)
  })

  test('that does not know the time itself, or answers something else, is not believed', async (t) => {
    const unsynchronized = await timeServer(t, 0, (packet) => {
      packet[0] = 0b11_100_100
    })
    assert.equal((await ask(unsynchronized)).verdict, 'fail')
    const forged = await timeServer(t, 9_000, (packet) => packet.fill(1, 24, 32))
    assert.partialDeepStrictEqual(await ask(forged, AbortSignal.timeout(200)), {
      verdict: 'warn',
      says: 'The time server does not answer.',
    })
  })
})

describe('memory', () => {
  test('is that of the container where it is nearer its end than the machine', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'omnicare-memory-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
    put('meminfo', 'MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    500 kB\n')
    const probe = memoryProbe({ proc: folder, cgroup: folder })
    assert.partialDeepStrictEqual(await ask(probe), { verdict: 'pass', observed: 50 })
    put('memory.max', '1000000\n')
    put('memory.current', '950000\n')
    put('memory.stat', 'anon 900000\ninactive_file 20000\n')
    assert.partialDeepStrictEqual(await ask(probe), { verdict: 'warn', observed: 93 })
    put('memory.max', 'max\n')
    assert.partialDeepStrictEqual(await ask(probe), { verdict: 'pass', observed: 50 })
  })
})

describe('what waits', () => {
  test('to be mailed is found when it does not leave, or was given up', async () => {
    const of = (state: { waiting: number; oldestMs?: number; dead: number }) => ask(mailProbe(async () => state, nowMs))
    assert.equal((await of({ waiting: 3, oldestMs: NOW - 60_000, dead: 0 })).verdict, 'pass')
    assert.equal((await of({ waiting: 3, oldestMs: NOW - 600_000, dead: 0 })).verdict, 'warn')
    assert.equal((await of({ waiting: 3, oldestMs: NOW - 2 * HOUR, dead: 0 })).verdict, 'fail')
    assert.partialDeepStrictEqual(await of({ waiting: 0, dead: 2 }), {
      verdict: 'warn',
      detail: '0 waiting, 2 given up within a day',
    })
    const lost = mailProbe(() => Promise.reject(new Error('lost')), nowMs)
    assert.equal((await ask(lost)).verdict, 'fail')
  })

  test('to be sealed is told by whichever database has waited longest', async () => {
    const answer = await ask(
      sealingProbe(() => [
        { source: 'record', lagSeconds: 61, failure: 'The database does not answer.' },
        { source: 'control', lagSeconds: 0.2 },
      ]),
    )
    assert.deepEqual(answer, {
      verdict: 'fail',
      says: 'The database does not answer.',
      detail: 'of the record database',
      observed: 61,
      unit: 's',
    })
  })
})

describe('a backup', () => {
  test('that nobody knows of is told honestly, one of yesterday is fresh, one of the day before is not', async () => {
    const of = (newest: number | undefined) => ask(backupProbe(() => newest, nowMs))
    assert.match(String((await of(undefined)).says), /^No backup is known/)
    assert.equal((await of(NOW - 24 * HOUR)).verdict, 'pass')
    assert.equal((await of(NOW - 26 * HOUR)).verdict, 'warn')
    assert.equal((await of(NOW - 51 * HOUR)).verdict, 'fail')
  })
})

describe('the hospital', () => {
  const LIFE = {
    serves: () => true,
    copies: () => ({ serving: 2, of: 3 }),
    restarts: () => 3,
    endings: () => [1, 2, 3].map((minute) => ({ atMs: NOW - minute * 60_000, by: 'signal SIGKILL' })).toReversed(),
  }
  const probesOf = (life: Partial<typeof LIFE>, answer: () => Promise<Response>) =>
    serviceProbes({ life: { ...LIFE, ...life }, address: 'http://127.0.0.1:9', fetch: answer, nowMs })
  const answered = (status: number, body: object) => async () => new Response(JSON.stringify(body), { status })
  const named = (probes: readonly Probe[], name: string) => ask(probes.find((one) => one.name === name) as Probe)

  test('that is not ready says why, in its own words', async () => {
    const output = 'There is no database connection to be had in time.'
    const body = { checks: { 'record:connections': [{ status: 'warn', output }], 'http:phase': [{ status: 'pass' }] } }
    const probes = probesOf({}, answered(503, body))
    assert.equal(
      (await named(probes, 'hospital:ready')).says,
      'The hospital is not ready: record:connections says There is no database connection to be had in time.',
    )
  })

  test('that was ended is not asked: it says by what, and that it is being started', async () => {
    const probes = probesOf({ serves: () => false }, () => assert.fail('asked'))
    assert.equal(
      (await named(probes, 'hospital:ready')).says,
      'The hospital was ended by signal SIGKILL at 2026-11-25T07:59:00.000Z and is being started.',
    )
  })

  test('that ends again and again is warned of; once is told', async () => {
    const often = await named(probesOf({}, answered(200, {})), 'hospital:restarts')
    assert.equal(often.verdict, 'warn')
    assert.match(String(often.says), /3 times within an hour/)
    const once = probesOf({ endings: () => LIFE.endings().slice(-1), restarts: () => 1 }, answered(200, {}))
    assert.partialDeepStrictEqual(await named(once, 'hospital:restarts'), { verdict: 'pass', observed: 1 })
  })

  test('of whose copies one is missing is warned of, without any it fails', async () => {
    assert.partialDeepStrictEqual(await named(probesOf({}, answered(200, {})), 'hospital:copies'), {
      verdict: 'warn',
      says: '1 of 3 copies of the hospital does not serve.',
    })
    const none = probesOf({ copies: () => ({ serving: 0, of: 3 }) }, answered(200, {}))
    assert.equal((await named(none, 'hospital:copies')).verdict, 'fail')
  })
})
