/** audit.log and phi-access.log, written from a ledger on PostgreSQL. */
import assert from 'node:assert/strict'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { keepAuditLogs, openIntake } from '#audit'
import { signal } from '#foundation/process.ts'
import { entryOf } from '../support/ledger.ts'
import { recordOf } from '../support/record-of.ts'
import { readyHome, startOmniCare, until } from '../support/running.ts'
import { startTrail, type TestTrail } from '../support/trail.ts'

interface Line {
  readonly message: string
  readonly event: { readonly sequence: number; readonly action: string; readonly id: string }
  readonly omnicare: { readonly patients?: readonly string[] }
}

const linesIn = (folder: string, name: string): Line[] => {
  try {
    const text = readFileSync(join(folder, `${name}.log`), 'utf8')
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  } catch {
    return []
  }
}
const numbersIn = (folder: string, name: string) => linesIn(folder, name).map(({ event }) => event.sequence)
const upTo = (end: number, holds: (n: number) => boolean = () => true) =>
  Array.from({ length: end }, (_, n) => n).filter(holds)

const isAccess = (n: number) => n % 3 !== 0
const entries = (from: number, end: number) =>
  upTo(end, (n) => n >= from).map((n) => entryOf({ patients: isAccess(n) ? [`Patient/${n}`] : [] }))

describe('the audit logs', { timeout: 240_000 }, () => {
  const keep = (trail: TestTrail, folder: string) =>
    keepAuditLogs({ ledger: trail.ledger, folder, days: 2_557, nowMs: Date.now, log: trail.log })
  const folderOf = (t: TestContext) => {
    const folder = mkdtempSync(join(tmpdir(), 'omnicare-audit-logs-'))
    t.after(() => rmSync(folder, { recursive: true }))
    return folder
  }

  test('have every sealed entry once and in order, wherever writing broke off', async (t) => {
    const trail = await startTrail(t)
    const folder = folderOf(t)
    await trail.add(entries(0, 700))
    const written = async (end: number) => {
      await using _ = keep(trail, folder)
      await until(`${end} are written`, () => numbersIn(folder, 'audit').at(-1) === end - 1)
      assert.deepEqual(numbersIn(folder, 'audit'), upTo(end))
      assert.deepEqual(numbersIn(folder, 'phi-access'), upTo(end, isAccess))
    }
    await written(700)
    for (const name of ['audit', 'phi-access']) assert.equal(statSync(join(folder, `${name}.log`)).mode & 0o777, 0o600)
    await trail.add(entries(700, 750))
    await written(750)
    // Killed after phi-access.log had the batch, and after a part of audit.log's: that one is cut where a page ended.
    for (const bytes of [1, 100, 5_000, 60_000]) {
      truncateSync(join(folder, 'audit.log'), statSync(join(folder, 'audit.log')).size - bytes)
      await written(750)
    }
  })

  test('are told about in health while they can not be written, and lose nothing by it', async (t) => {
    const trail = await startTrail(t)
    const folder = join(folderOf(t), 'blocked')
    writeFileSync(folder, 'a file where the folder should be')
    await trail.add(entries(0, 30))
    await using logs = keep(trail, folder)
    await until('it is noticed', () => logs.failure() !== undefined)
    assert.match(String(logs.failure()), /^audit\.log can not be written \([A-Z]+\)\.$/)
    rmSync(folder)
    await until('it goes on', () => numbersIn(folder, 'audit').length === 30)
    await until('health knows', () => logs.failure() === undefined)
  })

  test('hold no file open that they have given up: one that is collected as garbage ends the process', async (t) => {
    const trail = await startTrail(t)
    const openIn = (folder: string) =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          const file = readlinkSync(`/proc/self/fd/${fd}`)
          return file.startsWith(folder) ? [file] : []
        } catch {
          return [] // The one by which they are listed.
        }
      })
    const closes = async (folder: string, control: TestTrail['control']) => {
      const options = { ledger: { ...trail.ledger, control }, folder, days: 2_557, nowMs: Date.now, log: trail.log }
      const logs = keepAuditLogs(options)
      await until('it fails', () => logs.failure() !== undefined)
      await logs[Symbol.asyncDispose]()
      await until('nothing is open', () => openIn(folder).length === 0, 5_000)
    }
    const away = { ...trail.control, rows: () => Promise.reject(new Error('the ledger is away')) }
    await closes(folderOf(t), away)

    const damaged = folderOf(t)
    writeFileSync(join(damaged, 'audit-2026-11-01.log.gz'), 'not compressed')
    await closes(damaged, trail.control)
  })

  test('of a running OmniCare go on after kill -9, with the access of the manual in them', async (t) => {
    const home = await readyHome(t, { durable: true })
    const folder = join(home, 'audit-logs')
    let sent = 0
    for (let round = 0; round < 3; round++) {
      const running = await startOmniCare(home)
      await using hospital = await recordOf(home, 'omnicare_hospital')
      const intake = openIntake(hospital)
      const ids: string[] = []
      await Promise.all(
        upTo(400).map(async () => {
          const entry = entryOf({ patients: [`Patient/${++sent}`] })
          await intake.record(entry)
          ids.push(entry.id)
        }),
      )
      const have = () => new Set(linesIn(folder, 'audit').map(({ event }) => event.id))
      // Killed while it writes; the last round waits for all of it.
      if (round < 2) {
        await until('some of it is written', () => have().has(ids[0] as string))
        signal(running.run().pid, 'SIGKILL')
        await running.ended
      } else {
        await until('all of it is written', () => linesIn(folder, 'phi-access').length === sent)
        assert.equal(await running.stop(), 0)
      }
    }
    const numbers = numbersIn(folder, 'audit')
    assert.deepEqual(numbers, upTo(numbers.length))
    const accesses = linesIn(folder, 'phi-access')
    assert.equal(new Set(accesses.map(({ omnicare }) => omnicare.patients?.[0])).size, sent)
    assert.match(String(accesses[0]?.message), /^AUDIT PATIENT_RECORD_ACCESS success patient:\d+ by ada$/)
    t.diagnostic(`${numbers.length} lines over two kills`)
  })
})
