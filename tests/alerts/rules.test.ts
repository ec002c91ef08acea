/** The rules: printed for Prometheus as they are declared, tested by promtool, and judged here as Prometheus judges them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import { keyOf, type Labels, openMemory } from '#promql'
import { watchFiles } from '../../scripts/generate/watch/generate.ts'
import { RULE_TESTS, type RuleTest } from '../../scripts/generate/watch/rule-tests.ts'
import { type Active, judge, summaryOf } from '../../src/operations/alerts/judge.ts'
import { askedBy, RULES, type Rule } from '../../src/operations/alerts/rules/index.ts'
import { EVERY_SECONDS, recordHour, SCRAPES } from '../support/recorded-hour.ts'

const root = join(import.meta.dirname, '../..')
const prometheus = join(root, 'deploy/prometheus')
const memory = () => openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })
const promtool = (...args: string[]) => execFileSync('promtool', args, { cwd: prometheus, encoding: 'utf8' })

/** By the rules, look after look: what is active at each. */
function* judged(rules: readonly Rule[], source: ReturnType<typeof memory>, startMs: number, everySeconds: number) {
  let actives = new Map<string, Active>()
  for (let atMs = startMs; ; atMs += everySeconds * 1000) {
    const now = rules.flatMap((rule) => judge(rule, actives, { source, atMs, holdPercent: 100 }))
    actives = new Map(now.map((one) => [one.fingerprint, one]))
    yield { atMs, actives: now }
  }
}

function sourceOf({ series, everySeconds }: RuleTest) {
  const source = memory()
  for (const { labels, runs } of series) {
    let at = 0
    const own = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
    for (const { from, by, count } of runs)
      for (let step = 0; step < count; step++, at += everySeconds * 1000)
        if (from !== null) source.add(own, keyOf(own), at, from + by * step)
  }
  return source
}

describe('what is printed for Prometheus, Alertmanager and Grafana', () => {
  test('is what `npm run generate` prints from the declarations today, and nothing else lies there', () => {
    const printed = watchFiles()
    for (const [file, text] of printed) assert.equal(readFileSync(join(root, file), 'utf8'), text, file)
    const there = globSync('deploy/{prometheus,alertmanager,grafana}/**/*.*', { cwd: root })
    assert.deepEqual(
      there.filter((file) => !printed.has(file)),
      [],
    )
  })

  test('is taken by promtool and amtool, and every unit test of a rule passes there', () => {
    promtool('check', 'config', '--syntax-only', 'prometheus.yaml')
    promtool('check', 'rules', 'rules.yaml')
    promtool('test', 'rules', ...globSync('rules-test-*.yaml', { cwd: prometheus }))
    execFileSync('amtool', ['check-config', join(root, 'deploy/alertmanager/alertmanager.yml')], { stdio: 'pipe' })
  })
})

describe('every rule', () => {
  test('has a name of its own, a runbook that is there, and a unit test in which it fires', () => {
    assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length)
    assert.deepEqual(
      RULES.filter(({ runbook }) => !existsSync(join(root, runbook))).map(({ name }) => name),
      [],
    )
    const fired = RULE_TESTS.filter(({ expects }) => expects.some(({ alerts }) => alerts.length > 0))
    const tested = new Set(fired.map(({ rule }) => rule))
    assert.deepEqual(
      RULES.filter(({ name }) => !tested.has(name)).map(({ name }) => name),
      [],
    )
  })

  test('stands in its runbook', () => {
    const silent = RULES.filter(
      ({ name, runbook }) => !readFileSync(join(root, runbook), 'utf8').includes(`\`${name}\``),
    )
    assert.deepEqual(
      silent.map(({ name, runbook }) => `${runbook}: ${name}`),
      [],
    )
  })
})

describe('judging without a Prometheus', () => {
  for (const one of RULE_TESTS)
    test(`${one.rule}: says the same when ${one.when}`, () => {
      const [rule] = RULES.filter(({ name }) => name === one.rule) as [Rule]
      const looks = judged([rule], sourceOf(one), 0, one.everySeconds)
      for (const { afterSeconds, alerts } of one.expects) {
        let look = looks.next().value
        while (look !== undefined && look.atMs < afterSeconds * 1000) look = looks.next().value
        const firing = look?.actives
          .filter(({ state }) => state === 'firing')
          .map((active) => {
            const { alertname, severity, ...labels } = active.labels
            return { labels, summary: summaryOf(active) }
          })
        assert.deepEqual(firing, alerts, `after ${afterSeconds} s`)
      }
    })

  test('agrees with Prometheus, alert by alert, on every minute of one recorded hour', async (t) => {
    // A whole minute: rules that are judged once a minute are judged there and here at the same times.
    const startMs = Date.parse('2026-05-04T07:00:00Z')
    const hour = await recordHour(startMs, askedBy(RULES).metrics)
    const source = memory()
    for (const [key, { labels, samples }] of hour)
      for (const [tick, value] of samples) {
        // promtool's time begins with 1970; what is told as a time is moved by as much.
        const moved = labels.__name__ === 'omnicare_tls_certificate_not_after_seconds' ? startMs / 1000 : 0
        if (value === 'ended') source.end(labels, key, tick * EVERY_SECONDS * 1000)
        else source.add(labels, key, tick * EVERY_SECONDS * 1000, value - moved)
        if (value !== 'ended') samples.set(tick, value - moved)
      }
    const expected: object[] = []
    const seen = new Set<string>()
    for (const { atMs, actives } of judged(RULES, source, 0, EVERY_SECONDS)) {
      if (atMs >= SCRAPES * EVERY_SECONDS * 1000) break
      if (atMs % 60_000 !== 0) continue
      for (const { state, rule } of actives) seen.add(`${state} ${rule.name}`)
      expected.push({
        expr: 'ALERTS',
        eval_time: `${atMs / 1000}s`,
        exp_samples: actives.map(({ labels, state }) => ({
          labels: series('ALERTS', { ...labels, alertstate: state }),
          value: 1,
        })),
      })
    }
    const folder = mkdtempSync(join(tmpdir(), 'omnicare-hour-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(
      join(folder, 'hour.yaml'),
      stringify(
        {
          rule_files: [join(prometheus, 'rules.yaml')],
          evaluation_interval: `${EVERY_SECONDS}s`,
          tests: [
            {
              interval: `${EVERY_SECONDS}s`,
              input_series: [...hour.values()].map(({ labels: { __name__ = '', ...labels }, samples }) => ({
                series: series(__name__, labels),
                values: Array.from({ length: SCRAPES }, (_, tick) => {
                  const value = samples.get(tick)
                  return value === undefined ? '_' : value === 'ended' ? 'stale' : String(value)
                }).join(' '),
              })),
              promql_expr_test: expected,
            },
          ],
        },
        { lineWidth: 0 },
      ),
    )
    promtool('test', 'rules', join(folder, 'hour.yaml'))
    // Else they would agree on nothing.
    const quiet = RULES.filter(({ name }) => !seen.has(`firing ${name}`)).map(({ name }) => name)
    assert.deepEqual(quiet, ['DiskFilling'])
    assert.ok(seen.has('pending ReplicationLag') && seen.has('pending ServiceDown'))
  })
})

const series = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`
