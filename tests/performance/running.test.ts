/** The performance commands against a running OmniCare. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { extractText, getDocumentProxy } from 'unpdf'
import type { CapacityReport } from '../../src/operations/capacity/index.ts'
import type { PerformanceReport } from '../../src/operations/performance/index.ts'
import { omnicare } from '../support/command.ts'
import { freshHome, type Running, startOmniCare, until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const NAME = 'Qvorbulax'

describe('a running OmniCare', { timeout: 240_000 }, () => {
  const suite = ofSuite()
  const home = freshHome(suite)
  let running: Running
  before(async () => {
    running = await startOmniCare(home)
    const patient = { resourceType: 'Patient', id: 'p', name: [{ family: NAME }] }
    assert.equal((await running.send('PUT', '/fhir/R4/Patient/p', patient)).status, 201)
    for (let n = 0; n < 25; n++) assert.equal((await running.ask(`/fhir/R4/Patient?family=${NAME}`)).status, 200)
  })

  test('reports on both databases and the hospital, without anybody’s name', async () => {
    const { out, exit } = await omnicare(running, 'performance', 'report', '--json')
    const report = JSON.parse(out) as PerformanceReport
    assert.equal(exit, report.well ? 0 : 1)
    assert.deepEqual(report.findings, [])
    assert.deepEqual(
      report.databases.map(({ database }) => database),
      ['record', 'control'],
    )
    for (const { statements = [], connections, tables } of report.databases) {
      assert.ok(statements.length > 3 && tables.length > 3)
      assert.ok(connections.used > 0 && connections.most > connections.used)
    }
    const search = report.hospital?.endpoints.find(({ endpoint }) => endpoint === '/fhir/R4/:type')
    assert.ok(Number(search?.requests) >= 25 && Number(search?.p95Ms) > 0)
    assert.ok(report.databases[0]?.statements?.some(({ user }) => user === 'omnicare_hospital'))
    const text = (await omnicare(running, 'performance', 'report')).out
    assert.match(text, /Nothing was found\.[\s\S]*The record database[\s\S]*Largest tables \(control\)/)
    assert.doesNotMatch(out + text, new RegExp(NAME, 'i'))
  })

  test('prints the report as a PDF', async () => {
    const file = join(home, 'report.pdf')
    assert.equal((await omnicare(running, 'performance', 'report', '--pdf', file)).exit, 0)
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(readFileSync(file))), { mergePages: true })
    assert.match(text, /Performance report/)
    assert.match(text, /Statements that took the most time \(record\)/)
    assert.doesNotMatch(text, new RegExp(NAME, 'i'))
  })

  test('shows what goes on as often as it is told to', async () => {
    const { out } = await omnicare(running, 'performance', 'watch', '--every', '1', '--times', '2')
    const looks = out
      .trim()
      .split('\n')
      .filter((line) => /^\d{4}-/.test(line))
    assert.equal(looks.length, 2)
    assert.match(
      String(looks[1]),
      /requests a second, event loop \d+ ms, record \d+\/97 connections, control \d+\/97 connections/,
    )
  })

  test('recommends what it needs from what is measured', async () => {
    const { out, exit } = await omnicare(running, 'capacity', '--json')
    const { recommendations, trendDays, well } = JSON.parse(out) as CapacityReport
    assert.deepEqual(
      recommendations.map(({ resource }) => resource),
      ['processes', 'connections', 'connections', 'memory', 'disk'],
    )
    assert.equal(trendDays, 0)
    assert.equal(exit, well ? 0 : 1)
    assert.match((await omnicare(running, 'capacity')).out, /^processes +\w+ +1/)
  })

  test('optimises its databases for a reason, which is written down', async () => {
    assert.equal((await omnicare(running, 'database', 'optimize', '--apply')).exit, 2)
    assert.equal((await omnicare(running, 'database', 'optimize', '--database', 'other')).exit, 2)
    const plan = await omnicare(running, 'database', 'optimize', '--database', 'record')
    assert.match(plan.out, /There is nothing to do\.|steps; --apply --reason/)
    const applied = await omnicare(running, 'database', 'optimize', '--apply', '--reason', 'weekly maintenance')
    assert.equal(applied.exit, 0, applied.err)
    const entries = async () =>
      (await omnicare(running, 'audit', 'search', '--action', 'operation', '--ndjson')).out.trim().split('\n')
    await until('it is in the trail', async () =>
      (await entries()).some((line) => line.includes('weekly maintenance') && line.includes('database/record')),
    )
  })

  test('is asked by the scripts of the manuals, whose exit status is that of the command', async () => {
    for (const script of ['performance-report.sh', 'performance_monitor.py', 'performance/db-optimization.py'])
      assert.ok(existsSync(join(import.meta.dirname, '../../scripts', script)), script)
  })
})
