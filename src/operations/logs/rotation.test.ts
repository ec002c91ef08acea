/** What is removed and what is kept: the HMS manual's "Log Rotation and Cleanup", and OmniCare's "Log Rotation Check". */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { checkLogs } from './check.ts'
import { readLogName } from './files.ts'
import { keepRetention } from './retention.ts'

const DAY_MS = 86_400_000
const TROUBLE =
  /still holds the lines of [\d-]+|There is no|are kept for \d+ days|not compressed|can be read .*\)|should have been removed/
const NOW = Date.parse('2026-11-25T12:00:00Z')
const day = (back: number) => new Date(NOW - back * DAY_MS).toISOString().slice(0, 10)

function homeOf(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-rotation-'))
  t.after(() => rmSync(home, { recursive: true }))
  const [folder, auditFolder] = [join(home, 'logs'), join(home, 'audit-logs')]
  for (const one of [folder, auditFolder]) mkdirSync(one)
  /** A file whose lines began and ended so many days ago. */
  const put = (where: string, name: string, began: number, ended = began) => {
    const line = { 'log.level': 'info', '@timestamp': `${day(began)}T11:00:00.000Z`, message: 'm' }
    writeFileSync(join(where, name), `${JSON.stringify(line)}\n`, { mode: 0o600 })
    const at = new Date(NOW - ended * DAY_MS)
    utimesSync(join(where, name), at, at)
  }
  const well = () => {
    for (const name of ['hospital.log', 'operations.log']) put(folder, name, 0)
    for (const name of ['audit.log', 'phi-access.log']) put(auditFolder, name, 0)
  }
  const check = (auditDays = 2_557) => checkLogs({ folder, auditFolder, auditDays, nowMs: () => NOW })
  const retain = async () => {
    await using _ = keepRetention({ folder, nowMs: () => NOW, log: readableLog().log })
  }
  return { folder, auditFolder, put, well, check, retain }
}

describe('the retention of logs', () => {
  test('removes application logs after 30 days and backup logs after 90, whatever process wrote them', async (t) => {
    const { folder, put, retain } = homeOf(t)
    for (const back of [1, 30, 31, 400]) {
      put(folder, `hospital-${day(back)}.log`, back)
      put(folder, `hospital-12-${day(back)}-2.log`, back)
      put(folder, `operations-${day(back)}.log.gz`, back)
    }
    for (const back of [31, 90, 91]) put(folder, `backup-${day(back)}.log`, back)
    for (const log of ['hospital.log', 'operations.log', 'backup.log']) put(folder, log, 0)
    put(folder, 'hospital-9.log', 31) // Of a copy that is no longer run.
    put(folder, 'hospital-8.log', 29)
    await retain()
    const kept = [1, 30].flatMap((back) => [
      `hospital-${day(back)}.log`,
      `hospital-12-${day(back)}-2.log`,
      `operations-${day(back)}.log.gz`,
    ])
    const others = ['hospital.log', 'hospital-8.log', 'operations.log', 'backup.log']
    const backups = [31, 90].map((back) => `backup-${day(back)}.log`)
    assert.deepEqual(readdirSync(folder).sort(), [...kept, ...others, ...backups].sort())
  })

  test('never touches an audit log, however old and wherever it lies, nor what is no log', async (t) => {
    const { folder, put, retain } = homeOf(t)
    const names = [
      `audit-${day(5_000)}.log.gz`,
      `phi-access-${day(5_000)}.log`,
      'audit.log',
      'letters.txt',
      'x.log.bak',
    ]
    for (const name of names) put(folder, name, 5_000)
    mkdirSync(join(folder, `hospital-${day(400)}.log`))
    await retain()
    assert.deepEqual(readdirSync(folder).sort(), [...names, `hospital-${day(400)}.log`].sort())
  })
})

describe('the log rotation check', () => {
  test('is well where logs are written, begun anew and closed to others; says what is kept', async (t) => {
    const { folder, auditFolder, put, well, check } = homeOf(t)
    well()
    put(folder, `hospital-${day(30)}.log`, 30)
    put(auditFolder, `audit-${day(2_000)}.log.gz`, 2_000)
    const { findings, kept, well: isWell } = await check()
    assert.deepEqual(findings, [])
    assert.equal(isWell, true)
    assert.deepEqual(
      kept.map(({ bytes, ...others }) => ({ ...others, hasBytes: bytes > 0 })),
      [
        { kind: 'application', keepDays: 30, files: 3, oldest: day(30), hasBytes: true },
        { kind: 'backup', keepDays: 90, files: 0, hasBytes: false },
        { kind: 'audit', keepDays: 2_557, files: 3, oldest: day(2_000), hasBytes: true },
      ],
    )
  })

  test('finds what is missing, not begun anew, too old, open to others, plain, or kept too short', async (t) => {
    const { folder, auditFolder, put, well, check } = homeOf(t)
    well()
    rmSync(join(folder, 'operations.log'))
    put(folder, 'hospital.log', 1, 0)
    put(folder, `backup-${day(91)}.log`, 91)
    put(auditFolder, 'phi-access.log', 2)
    put(auditFolder, `audit-${day(1)}.log`, 1)
    chmodSync(join(auditFolder, 'audit.log'), 0o640)
    const { findings, well: isWell } = await check(365)
    assert.equal(isWell, false)
    assert.deepEqual(
      findings.map(({ kind, file, says }) => `${kind} ${file ?? '-'}: ${TROUBLE.exec(says)?.[0]}`).sort(),
      [
        'application hospital.log: still holds the lines of 2026-11-24',
        'application operations.log: There is no',
        'audit -: are kept for 365 days',
        `audit audit-${day(1)}.log: not compressed`,
        'audit audit.log: can be read by other users of the machine (640)',
        'audit phi-access.log: still holds the lines of 2026-11-23',
        `backup backup-${day(91)}.log: should have been removed`,
      ].sort(),
    )
  })

  test('takes it for no trouble that the lines of a process end that is no longer run', async (t) => {
    const { folder, put, well, check } = homeOf(t)
    well()
    put(folder, 'hospital-4.log', 9)
    assert.deepEqual((await check()).findings, [])
  })

  test('misses no audit log where none is to be written', async (t) => {
    const { auditFolder, well, check } = homeOf(t)
    well()
    rmSync(auditFolder, { recursive: true })
    assert.deepEqual((await check(0)).findings, [])
    assert.deepEqual(
      (await check()).findings.map(({ file }) => file),
      ['audit.log', 'phi-access.log'],
    )
  })
})

test('a name says which process wrote a log, and on which day', () => {
  const read = (name: string) => {
    const { log, day: of, count, isCompressed } = readLogName(name) ?? {}
    return log === undefined ? undefined : [log, of, count, isCompressed]
  }
  assert.deepEqual(read('hospital.log'), ['hospital', undefined, 1, false])
  assert.deepEqual(read('hospital-12.log'), ['hospital-12', undefined, 1, false])
  assert.deepEqual(read('hospital-2-2026-11-24-3.log'), ['hospital-2', '2026-11-24', 3, false])
  assert.deepEqual(read('phi-access-2026-11-24.2.log.gz'), ['phi-access', '2026-11-24', 2, true])
  for (const name of ['Hospital.log', 'hospital.log.txt', 'a b.log', '.log', 'hospital.log.gz.new'])
    assert.equal(read(name), undefined)
})
