/** The logs of a running OmniCare: searched, followed, kept and checked, over the API and by the commands. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { LogCheck, LogPage } from '../../src/operations/logs/index.ts'
import type { Run } from '../../src/run-file.ts'
import { omnicare } from '../support/command.ts'
import { environment, freshHome, type Running, startOmniCare, until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const NAME = 'Qvorbulax'
const DAY_MS = 86_400_000
const day = (back: number) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10)

function put(folder: string, name: string, back: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const line = { 'log.level': 'info', '@timestamp': `${day(back)}T11:00:00.000Z`, message: 'of another day' }
  writeFileSync(join(folder, name), `${JSON.stringify(line)}\n`, { mode: 0o600 })
  const at = new Date(Date.now() - back * DAY_MS)
  utimesSync(join(folder, name), at, at)
}

describe('the logs of a running OmniCare', { timeout: 240_000 }, () => {
  const suite = ofSuite()
  const home = freshHome(suite)
  const logs = join(home, 'logs')
  const auditLogs = join(home, 'audit-logs')
  let running: Running
  before(async () => {
    for (const back of [29, 31]) {
      put(logs, `hospital-${day(back)}.log`, back)
      put(logs, `hospital-7-${day(back)}.log`, back)
      put(logs, `operations-${day(back)}.log`, back)
    }
    for (const back of [31, 89, 91]) put(logs, `backup-${day(back)}.log`, back)
    for (const log of ['audit', 'phi-access'])
      for (const back of [31, 91, 2_500]) put(auditLogs, `${log}-${day(back)}.log`, back)
    running = await startOmniCare(home, { OMNICARE_LOG_LEVEL: 'debug' })
  })
  const operations = (path: string) =>
    fetch(`${running.run().operations}/api/operations/${path}`, {
      headers: { authorization: `Bearer ${running.token}` },
    })
  const page = async (query: string) => (await (await operations(`logs?${query}`)).json()) as LogPage

  test('are removed or kept as the manuals say, audit ones never', async () => {
    const dated = (folder: string) =>
      readdirSync(folder)
        .filter((name) => /\d{4}-\d\d-\d\d/.test(name))
        .sort()
    const kept = [`hospital-${day(29)}.log`, `hospital-7-${day(29)}.log`, `operations-${day(29)}.log`]
    const backups = [31, 89].map((back) => `backup-${day(back)}.log`)
    await until('what is too old is gone', () => dated(logs).length <= 5)
    assert.deepEqual(dated(logs), [...kept, ...backups].sort())
    const audited = ['audit', 'phi-access'].flatMap((log) =>
      [31, 91, 2_500].map((back) => `${log}-${day(back)}.log.gz`),
    )
    await until('what was put away is compressed', () => dated(auditLogs).every((name) => name.endsWith('.gz')))
    assert.deepEqual(dated(auditLogs), audited.sort())
  })

  test('have no name of a patient, wherever it was sent or went wrong', async () => {
    const { ask, send } = running
    const patient = { resourceType: 'Patient', name: [{ family: NAME }] }
    const headers = { 'x-patient': NAME, 'user-agent': NAME, referer: `http://x/${NAME}`, cookie: `${NAME}=${NAME}` }
    const of = (path: string, more: Record<string, string> = {}) => ask(path, { headers: { ...headers, ...more } })
    const admin = (path: string, init: RequestInit = {}) =>
      fetch(`${running.run().operations}/${path}`, {
        ...init,
        headers: { ...headers, authorization: `Bearer ${running.token}`, ...(init.headers as Record<string, string>) },
      })
    const json = { 'content-type': 'application/json' }
    const answers = await Promise.all([
      send('POST', '/fhir/R4/Patient', patient, headers),
      send('POST', '/fhir/R4/Patient', { ...patient, gender: NAME }, headers),
      of(`/fhir/R4/Patient?family=${NAME}&given=${NAME}`),
      of(`/fhir/R4/Patient?${NAME}=${NAME}`, { prefer: `handling=strict; ${NAME}`, 'if-none-match': NAME }),
      of(`/fhir/R4/Observation?patient=Patient/${NAME}&code=${NAME}`),
      of(`/fhir/R4/Patient?_id=${NAME}`),
      of(`/fhir/R4/Observation?subject:Patient.name=${NAME}`),
      of(`/fhir/R4/AuditEvent?patient=Patient/${NAME}`),
      of(`/fhir/R4/Patient/${NAME}`, { 'x-request-id': NAME, 'x-forwarded-for': NAME }),
      of(`/fhir/R4/${NAME}/${NAME}?${NAME}`, { authorization: `Bearer ${NAME}` }),
      admin(`api/operations/audit/entries?patient=Patient/${NAME}`),
      admin(`api/operations/logs?text=${NAME}`),
      admin(`api/operations/logs?${NAME}=${NAME}`),
      admin(`api/operations/${NAME}?${NAME}`),
      admin('api/operations/identity/users', { method: 'POST', body: `{"userName":"${NAME}`, headers: json }),
      admin('api/session/password', { method: 'POST', body: JSON.stringify({ userName: NAME }), headers: json }),
    ])
    assert.ok(answers.some(({ status }) => status === 201))
    for (const { status, url } of answers) assert.ok(status < 500, `${status} ${url}`)

    // What went wrong in the middle of it: the database is taken away while it is asked.
    process.kill(
      Number(readFileSync(join(home, 'postgres/record/data/postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    )
    const failed = await until503(() => send('POST', '/fhir/R4/Patient', { ...patient, id: NAME }, headers))
    const id = String(failed.headers.get('x-request-id'))
    await until('the hospital serves again', async () => (await ask('/fhir/R4/Patient?_count=1')).ok)
    await until('what went wrong is told', async () => (await page(`request=${id}`)).lines.length > 0)
    // Lines are in the order in which they were sealed: with this one all of the above are there.
    const last = String((await ask('/fhir/R4/Patient?_count=1')).headers.get('x-request-id'))
    await until('audit.log has it all', () => readFileSync(join(auditLogs, 'audit.log'), 'utf8').includes(last))

    const files = globSync(['logs/**', 'audit-logs/**', 'postgres/*/*.log', 'postgres/*/data/log/**'], { cwd: home })
    const written = files.filter((file) => /\.log(\.gz)?$/.test(file))
    for (const log of ['logs/hospital.log', 'logs/operations.log', 'audit-logs/audit.log', 'audit-logs/phi-access.log'])
      assert.ok(written.includes(log), log)
    for (const file of written) {
      const bytes = readFileSync(join(home, file))
      const lines = String(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).split('\n')
      assert.deepEqual(
        lines.filter((line) => new RegExp(NAME, 'i').test(line)),
        [],
        file,
      )
    }
    assert.doesNotMatch(running.printed(), new RegExp(NAME, 'i'))
  })

  test('are searched over the API, page by page, and followed by the cursor', async () => {
    const errors = await page('level=error&plane=operations&text=record')
    assert.ok(errors.lines.some(({ message }) => /^the record database has ended by itself/.test(message)))
    assert.ok(errors.lines.every(({ plane, level }) => plane === 'operations' && level === 'error'))
    const [first, second] = [await page('most=2'), await page('most=4')]
    assert.deepEqual((await page(`most=2&older=${first.older}`)).lines, second.lines.slice(2))
    const { newer } = await page('most=1')
    put(logs, 'hospital-5.log', 0)
    const next = await page(`newer=${newer}&text=of another day`)
    assert.deepEqual(
      next.lines.map(({ log, message }) => [log, message]),
      [['hospital-5', 'of another day']],
    )
    assert.deepEqual((await page(`newer=${next.newer}&text=of another day`)).lines, [])
    for (const wrong of ['levels=error', 'level=bad', 'most=0', 'most=1001', 'from=yesterday', 'older=x', 'plane='])
      assert.equal((await operations(`logs?${wrong}`)).status, 400, wrong)
  })

  test('are found by the commands, also once nothing runs', async () => {
    const errors = await omnicare(running, 'logs', '--errors', '--since', '1h', '--text', 'record')
    assert.equal(errors.exit, 1, errors.err)
    assert.match(errors.out, /ERROR {2}operations {2}the record database has ended by itself/)
    const remote = await omnicare(running, 'logs', '--errors', '--since', '1h', '--text', 'record', '--remote')
    assert.deepEqual(remote, errors)
    const parsed = (await omnicare(running, 'logs', '--json', '--most', '3')).out.trim().split('\n')
    assert.equal(parsed.length, 3)
    for (const line of parsed) assert.ok(JSON.parse(line).at)
    assert.equal((await omnicare(running, 'logs', '--level', 'loud')).exit, 2)

    const check = await omnicare(running, 'logs', 'check', '--json')
    assert.deepEqual((JSON.parse(check.out) as LogCheck).findings, [])
    assert.equal(check.exit, 0)
    writeFileSync(join(logs, `backup-${day(100)}.log`), 'left\n')
    const found = await omnicare(running, 'logs', 'check')
    assert.equal(found.exit, 1)
    assert.match(found.out, new RegExp(`! backup-${day(100)}\\.log should have been removed`))
  })

  test('are followed by the command over a rotation', async (t) => {
    const env = { ...environment, OMNICARE_CONFIG: 'none', OMNICARE_HOME: home }
    const program = join(import.meta.dirname, '../../src/omnicare.ts')
    const child = execFile(process.execPath, [program, 'logs', '--follow', '--most', '1', '--text', 'of another day'], {
      env,
    })
    t.after(() => void child.kill())
    let out = ''
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    await until('it has begun', () => out.includes('of another day'))
    put(logs, 'hospital-6.log', 0)
    await until('what is new comes', () => out.includes('hospital-6'))
    assert.equal(out.trim().split('\n').length, 2)
    const { operations: address } = running.run()
    assert.equal(await running.stop(), 0)
    const run = () => ({ operations: address }) as Run
    const after = await omnicare({ ...running, run }, 'logs', '--text', 'operations stops', '--most', '1')
    assert.match(after.out, /operations stops/)
  })
})

/** Asks until the answer is that it can't be done now. */
async function until503(ask: () => Promise<Response>): Promise<Response> {
  let answer: Response | undefined
  await until('it fails', async () => {
    answer = await ask()
    return answer.status === 503
  })
  return answer as Response
}
