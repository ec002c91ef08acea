import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { Registry } from 'prom-client'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { type Answer, fail, type Probe, pass, warn } from './probe.ts'
import type { ProbeChange } from './terms.ts'
import { openWatch, type Watch } from './watch.ts'

const probe = (name: Probe['name'], ask: Probe['ask'], more: Partial<Probe> = {}): Probe => ({
  name,
  asks: '?',
  section: 'cluster',
  criticality: 'high',
  bears: 'service',
  carries: 'something',
  everySeconds: 60,
  timeoutSeconds: 0.05,
  runbook: 'docs/runbooks/disk-full.md',
  ask,
  ...more,
})

function watchOf(t: TestContext, probes: readonly Probe[]) {
  const changes: ProbeChange[] = []
  const metrics = new Registry()
  const { log, lines } = readableLog()
  const nowMs = () => Date.parse('2026-11-25T08:00:00Z')
  const watch = openWatch({ probes, nowMs, metrics, log, changed: (change) => changes.push(change) })
  t.after(() => watch[Symbol.dispose]())
  return { watch, changes, metrics, lines }
}

const one = (watch: Watch, name: string) => watch.states().find((state) => state.name === name)

describe('a probe', () => {
  test('that does not come back fails in its time, and is not asked a second time beside it', async (t) => {
    let asked = 0
    const { watch } = watchOf(t, [
      probe('a:hangs', () => {
        asked++
        return new Promise<Answer>(() => {})
      }),
    ])
    const began = performance.now()
    await watch.ask()
    await watch.ask()
    assert.ok(performance.now() - began < 2_000)
    assert.equal(asked, 1)
    assert.partialDeepStrictEqual(one(watch, 'a:hangs'), {
      verdict: 'fail',
      says: 'There was no answer within 0.05 s.',
    })
  })

  test('that came back late is asked again', async (t) => {
    const late = Promise.withResolvers<Answer>()
    let answers: Promise<Answer> = late.promise
    const { watch } = watchOf(t, [probe('a:late', () => answers)])
    await watch.ask()
    assert.equal(one(watch, 'a:late')?.verdict, 'fail')
    answers = Promise.resolve(pass())
    late.resolve(pass())
    await new Promise(setImmediate)
    await watch.ask()
    assert.equal(one(watch, 'a:late')?.verdict, 'pass')
  })

  test('that throws fails, tells nothing of why, and the log has it', async (t) => {
    const { watch, lines } = watchOf(t, [
      probe('a:throws', () => {
        throw new Error('password=hunter2')
      }),
    ])
    await watch.ask()
    assert.equal(one(watch, 'a:throws')?.verdict, 'fail')
    assert.doesNotMatch(JSON.stringify(watch.states()), /hunter2/)
    assert.match(String(lines.find(({ level }) => level === 'error')?.facts.err), /hunter2/)
  })

  test('is asked once, however many ask at the same time', async (t) => {
    let asked = 0
    const { watch } = watchOf(t, [
      probe('a:counts', async () => {
        asked++
        return pass()
      }),
    ])
    await Promise.all(Array.from({ length: 20 }, () => watch.ask(['a:counts'])))
    assert.ok(asked <= 2, `${asked}`)
  })

  test('is not asked by way of what fails, and says so', async (t) => {
    let asked = 0
    const { watch } = watchOf(t, [
      probe('a:inside', () => pass({ observed: ++asked }), { through: 'a:database' }),
      probe('a:database', () => fail('The database does not answer.')),
    ])
    await watch.ask()
    assert.equal(asked, 0)
    assert.partialDeepStrictEqual(one(watch, 'a:inside'), {
      verdict: 'fail',
      says: 'It is not asked while a:database fails.',
      because: 'a:database',
    })
  })

  test('that asks by way of another follows it at once, there and back, however rarely it is asked', async (t) => {
    let up: Answer = pass()
    const { watch } = watchOf(t, [
      probe('a:inside', () => pass(), { through: 'a:database', steady: 3 }),
      probe('a:database', () => up),
    ])
    await watch.ask()
    const after = async (answer: Answer) => {
      up = answer
      await watch.ask(['a:database'])
      await new Promise(setImmediate)
      return one(watch, 'a:inside')?.verdict
    }
    assert.equal(await after(fail('The database does not answer.')), 'fail')
    assert.equal(await after(pass()), 'pass')
  })

  test('can not need what is not there', (t) => {
    assert.throws(
      () => watchOf(t, [probe('a:a', () => pass(), { needs: ['b:b'] })]),
      /a:a needs b:b, which is no probe/,
    )
    assert.throws(() => watchOf(t, [probe('a:a', () => pass()), probe('a:a', () => pass())]), /one name/)
  })
})

describe('what was found', () => {
  test('is kept as changes, counted, and logged once', async (t) => {
    let answer: Answer = pass()
    const { watch, changes, metrics, lines } = watchOf(t, [probe('a:a', () => answer)])
    await watch.ask()
    answer = fail('It is broken.', { detail: 'in /secret/place' })
    await watch.ask()
    await watch.ask()
    const text = await metrics.metrics()
    assert.match(text, /^omnicare_probe_failed\{probe="a:a"\} 1$/m)
    assert.match(text, /^omnicare_probe_warned\{probe="a:a"\} 0$/m)
    assert.match(text, /^omnicare_probe_duration_seconds\{probe="a:a"\} [\d.e-]+$/m)
    answer = warn('It limps.')
    await watch.ask()
    assert.match(await metrics.metrics(), /^omnicare_probe_warned\{probe="a:a"\} 1$/m)
    const at = '2026-11-25T08:00:00.000Z'
    const expected = [
      { probe: 'a:a', at, from: 'pass', to: 'fail', says: 'It is broken.' },
      { probe: 'a:a', at, from: 'fail', to: 'warn', says: 'It limps.' },
    ]
    assert.deepEqual(changes, expected)
    assert.deepEqual(watch.changes(), expected.toReversed())
    assert.deepEqual(
      lines.map(({ message }) => message),
      ['a probe fails', 'a probe warns'],
    )
  })

  test('says what belongs to the verdict that counts, not what is being considered', async (t) => {
    let answer: Answer = pass({ observed: 1 })
    const { watch } = watchOf(t, [probe('a:a', () => answer, { steady: 2 })])
    await watch.ask()
    answer = fail('It is broken.')
    await watch.ask()
    assert.partialDeepStrictEqual(one(watch, 'a:a'), { verdict: 'pass', observed: 1 })
    await watch.ask()
    assert.partialDeepStrictEqual(one(watch, 'a:a'), { verdict: 'fail', says: 'It is broken.' })
  })

  test('is time watched and time failed, by the clock that never goes back', async (t) => {
    let answer: Answer = pass()
    const clock = t.mock.method(performance, 'now', () => 0)
    const { watch } = watchOf(t, [probe('a:a', () => answer)])
    await watch.ask()
    clock.mock.mockImplementation(() => 10_000)
    answer = fail('It is broken.')
    await watch.ask()
    clock.mock.mockImplementation(() => 12_500)
    assert.deepEqual(watch.takeWatched(), [{ probe: 'a:a', watchedMs: 12_500, failedMs: 2_500 }])
    // The machine was asleep for a day.
    clock.mock.mockImplementation(() => 86_400_000)
    assert.deepEqual(watch.takeWatched(), [{ probe: 'a:a', watchedMs: 120_100, failedMs: 120_100 }])
  })
})
