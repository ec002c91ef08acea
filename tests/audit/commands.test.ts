/** The commands that read the trail, run as they are run, against operations before a ledger on PostgreSQL. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { AuditEntry, FoundEntry, PatientReport } from '#audit'
import { entryOf } from '../support/ledger.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'
import { startTrail, type TestTrail } from '../support/trail.ts'

const program = join(import.meta.dirname, '../../src/omnicare.ts')
const DAY_MS = 86_400_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

const entries: AuditEntry[] = [
  entryOf({ at: ago(10 * DAY_MS) }),
  entryOf({ at: ago(2 * DAY_MS), action: 'update', outcome: 'refused', status: 403 }),
  entryOf({ at: ago(DAY_MS / 2), patients: ['Patient/2'], actor: { kind: 'person', id: 'grace' } }),
  entryOf({ at: ago(DAY_MS / 4), breakGlass: true, purpose: 'ETREAT', reason: 'Unconscious' }),
  entryOf({ at: ago(1_000), action: 'vread', outcome: 'failed', status: 500 }),
]

describe('the commands that read the trail', { timeout: 240_000 }, () => {
  let trail: TestTrail
  let env: NodeJS.ProcessEnv
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-commands-'))
  const suite = ofSuite()
  suite.after(() => rmSync(folder, { recursive: true }))
  before(async () => {
    trail = await startTrail(suite)
    await trail.add(entries)
    const token = join(folder, 'token')
    writeFileSync(token, trail.token, { mode: 0o600 })
    env = { ...process.env, OMNICARE_CONFIG: 'none', OMNICARE_OPERATIONS_URL: trail.url, OMNICARE_TOKEN_FILE: token }
  })
  const omnicare = (...args: string[]) =>
    new Promise<{ exit: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
        resolve({ exit: error === null ? 0 : Number(error.code), out, err }),
      )
    })
  const numbers = async (...filters: string[]) => {
    const { exit, out, err } = await omnicare('audit', 'search', ...filters, '--json')
    assert.equal(exit, 0, err)
    return (JSON.parse(out) as FoundEntry[]).map(({ index }) => index)
  }

  for (const [filters, found] of [
    ['--person grace', [2]],
    // By the user name of the account with that id.
    ['--person hopper', [2]],
    ['--patient 2', [2]],
    ['--patient Patient/1', [4, 3, 1, 0]],
    ['--action read', [3, 2, 0]],
    ['--action update,vread', [4, 1]],
    ['--outcome refused,failed', [4, 1]],
    ['--break-glass', [3]],
    ['--type Patient --action update', [1]],
    ['--since 3d', [4, 3, 2, 1]],
    ['--since 7h', [4, 3]],
    ['--patient 1 --outcome success --since 30d', [3, 0]],
    ['--most 2', [4, 3]],
  ] as const)
    test(`find by ${filters}`, async () => {
      assert.deepEqual(await numbers(...filters.split(' ')), found)
    })

  test('find by a time from and to', async () => {
    assert.deepEqual(await numbers('--from', ago(3 * DAY_MS), '--to', ago(DAY_MS)), [1])
  })

  test('refuse a misspelt action or outcome, which would look like an innocent trail', async () => {
    for (const filter of [
      ['--action', 'raed'],
      ['--outcome', 'ok'],
      ['--from', 'yesterday'],
    ]) {
      const { exit, err } = await omnicare('audit', 'search', ...filter)
      assert.equal(exit, 2, err)
    }
    assert.match((await omnicare('audit', 'search', '--action', 'raed')).err, /not one of: read, vread, search/)
  })

  test('print what callers sent without letting it steer a terminal or calculate in a spreadsheet', async () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1']
    const hostile = formulas.map((agent, n) =>
      entryOf({ agent, actor: { kind: 'person', id: `hostile-${n}`, name: `"quoted", \u001b[2J${agent}` } }),
    )
    await trail.add(hostile)
    const csv = await omnicare('audit', 'search', '--since', '1h', '--csv')
    const cells = csv.out.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    assert.ok(cells.length > 100)
    assert.deepEqual(
      cells.filter((cell) => /^"?[=+\-@\t\r＝]/.test(cell)),
      [],
    )
    for (const formula of formulas) assert.ok(csv.out.includes(`'${formula}`), formula)
    const lines = await omnicare('audit', 'search', '--since', '1h')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    assert.doesNotMatch(lines.out, /[\u0000-\u0009\u000b-\u001f]/)
    const [newest] = (await omnicare('audit', 'search', '--since', '1h', '--ndjson')).out.split('\n')
    assert.equal((JSON.parse(newest as string) as FoundEntry).entry?.agent, '＝1')
  })

  test('count, and say by their exit status that nothing has been recorded', async () => {
    const { exit, out } = await omnicare('audit', 'count', '--since', '3d', '--patient', '2')
    assert.equal(exit, 0)
    assert.match(out, /^1 entries, /)
    assert.equal((await omnicare('audit', 'count', '--since', '90s', '--patient', '2')).exit, 1)
  })

  test('follow the trail over a restart of operations, each entry once and in order', async (t) => {
    const child = spawn(
      process.execPath,
      [program, 'audit', 'tail', '--follow', '--lines', '1', '--patient', '7', '--ndjson'],
      {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    t.after(() => void child.kill('SIGKILL'))
    let out = ''
    child.stdout.on('data', (piece) => {
      out += piece
    })
    const seen = () =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as FoundEntry).entry?.request)
    const add = (...requests: string[]) =>
      trail.add(
        requests.map((request) => entryOf({ request, patients: [request === 'other' ? 'Patient/8' : 'Patient/7'] })),
      )
    await add('a', 'b')
    await until('the newest is shown', () => seen().includes('b'))
    await add('c', 'other', 'd')
    await until('what comes is shown', () => seen().includes('d'))
    const began = performance.now()
    await trail.reopen()
    t.diagnostic(`operations closed and opened within ${Math.round(performance.now() - began)} ms with a follower`)
    await add(...Array.from({ length: 1_200 }, (_, n) => `e${n}`))
    await until('it goes on', () => seen().includes('e1199'))
    assert.deepEqual(seen().slice(seen().indexOf('c')), ['c', 'd', ...Array.from({ length: 1_200 }, (_, n) => `e${n}`)])
    assert.equal(new Set(seen()).size, seen().length)
    assert.equal(child.exitCode, null)
  })

  test('tell a patient who looked at their record, on the terminal and as a file for its owner only', async () => {
    const text = await omnicare('audit', 'report', 'patient', '2')
    assert.equal(text.exit, 0, text.err)
    assert.match(text.out, /^Who looked at your record\n/)
    assert.match(text.out, /Grace, clinician: once\n/)
    const data = await omnicare('audit', 'report', 'patient', 'Patient/2', '--format', 'json')
    assert.equal((JSON.parse(data.out) as PatientReport).times, 1)
    const file = join(folder, 'report.pdf')
    const pdf = await omnicare('audit', 'report', 'patient', '2', '--format', 'pdf', '--out', file)
    assert.equal(pdf.exit, 0, pdf.err)
    assert.equal(readFileSync(file).subarray(0, 5).toString(), '%PDF-')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    for (const args of [['2', '--format', 'pdf'], ['2', '--format', 'docx'], [], ['not an id'], ['2', '--from', 'x']])
      assert.equal((await omnicare('audit', 'report', 'patient', ...args)).exit, 2, args.join(' '))
  })
})
