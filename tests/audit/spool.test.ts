/** The emergency setting `OMNICARE_AUDIT_ON_FAILURE=spool`: what is read is written down on this machine until the trail can be written. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditEntry } from '#audit'
import { askEverything, assertRefused, putEverything, readEverything } from '../support/everything.ts'
import { SPOOL_BYTES, startHospital } from '../support/hospital.ts'
import { lockIntake, takeEntries } from '../support/intake.ts'
import { recordOf } from '../support/record-of.ts'
import { freshHome, readyHome, startOmniCare, until } from '../support/running.ts'
import { smallDisk } from '../support/small-disk.ts'

const LIMIT_MS = 1_000
/** What may come on top of the bound: entries that were written together. */
const LAST_WRITE_BYTES = 128 * 1024
const health = async (url: string) => {
  const answer = await fetch(url)
  return { status: answer.status, text: await answer.text() }
}
/** None where a copy of the hospital has yet to come to its spool: OmniCare runs once the first copy serves. */
const files = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /spool|altered/.test(name))
    : []

test('what is read goes into the spool, and in its order into the trail', { timeout: 240_000 }, async (t) => {
  const folder = join(freshHome(t), 'spool')
  const hospital = await startHospital(t, { statementTimeoutMs: LIMIT_MS, spoolIn: folder })
  await putEverything(hospital)
  const usual = await readEverything(hospital)
  await takeEntries(hospital.db)
  const answered: string[][] = []
  {
    await using _ = await lockIntake(hospital.db)
    for (let round = 0; round < 3; round++) {
      const all = await readEverything(hospital)
      assert.deepEqual(
        all.map(({ kind, answer }) => [kind, answer.status]),
        usual.map(({ kind, answer }) => [kind, answer.status]),
      )
      answered.push(all.map(({ request }) => request).sort())
    }
    for (const one of await askEverything(hospital))
      if (['a create', 'an update', 'a delete', 'a transaction'].includes(one.kind))
        assert.equal(one.answer.status, 503, one.kind)
    assert.equal((await health(`${hospital.url}/health/ready`)).status, 200)
    assert.match((await health(`${hospital.url}/health`)).text, /"status":"warn".*"audit:spool"/)
    assert.match(await hospital.metrics.metrics(), /^audit_spooled_entries [1-9]/m)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    for (const name of files(folder)) {
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
      assert.ok(!readFileSync(join(folder, name)).includes('secret'))
    }
  }
  await until('the spool is empty', () => hospital.audit.spooled() === 0)
  assert.deepEqual(files(folder), [])
  const requests = (await takeEntries(hospital.db)).map(({ request }) => request)
  const inOrder = requests.filter((request) => answered.flat().includes(request))
  const rounds = answered.map(({ length }) => inOrder.splice(0, length).sort())
  assert.deepEqual(rounds, answered)
  const [last] = await readEverything(hospital)
  assert.ok((await takeEntries(hospital.db)).some(({ request }) => request === last?.request))
})

test('a spool whose disk is full lets nothing out', { skip: smallDisk.cannot, timeout: 240_000 }, async (t) => {
  const folder = smallDisk(t, 1)
  const hospital = await startHospital(t, { statementTimeoutMs: LIMIT_MS, spoolIn: join(folder, 'spool') })
  await putEverything(hospital)
  const ballast = join(folder, 'ballast')
  mkdirSync(ballast)
  {
    await using _ = await lockIntake(hospital.db)
    assert.throws(() => {
      for (let number = 0; ; number++) writeFileSync(join(ballast, String(number)), Buffer.alloc(4096))
    }, /ENOSPC/)
    for (const one of await readEverything(hospital)) assertRefused(one, 4 * LIMIT_MS)
    rmSync(ballast, { recursive: true })
    for (const { kind, answer } of await readEverything(hospital)) assert.notEqual(answer.status, 503, kind)
  }
  await until('the spool is empty', () => hospital.audit.spooled() === 0)
})

test('a spool that has reached its size lets nothing out until the intake has taken it', {
  timeout: 240_000,
}, async (t) => {
  const folder = join(freshHome(t), 'spool')
  const hospital = await startHospital(t, { statementTimeoutMs: LIMIT_MS, spoolIn: folder })
  await putEverything(hospital)
  await takeEntries(hospital.db)
  const answered: string[] = []
  const refused: string[] = []
  {
    await using _ = await lockIntake(hospital.db)
    while (refused.length === 0)
      for (const one of await readEverything(hospital))
        if (one.answer.status !== 503) answered.push(one.request)
        else {
          assertRefused(one, 4 * LIMIT_MS)
          refused.push(one.request)
        }
    for (const one of await readEverything(hospital)) assertRefused(one, 4 * LIMIT_MS)
    const bytes = files(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    assert.ok(bytes < SPOOL_BYTES + LAST_WRITE_BYTES, `${bytes} bytes`)
  }
  await until('the spool is empty', () => hospital.audit.spooled() === 0)
  const there = new Set((await takeEntries(hospital.db)).map(({ request }) => request))
  assert.deepEqual([answered.filter((one) => !there.has(one)), refused.filter((one) => there.has(one))], [[], []])
  for (const { kind, answer } of await readEverything(hospital)) assert.notEqual(answer.status, 503, kind)
})

test('each copy of the hospital has a spool, and the first seals what copies have left that there are no more', {
  timeout: 240_000,
}, async (t) => {
  const home = await readyHome(t, { durable: true })
  const env = { OMNICARE_AUDIT_ON_FAILURE: 'spool', OMNICARE_STATEMENT_TIMEOUT: String(LIMIT_MS) }
  const two = await startOmniCare(home, { ...env, OMNICARE_WORKERS: '2' })
  const at = { base: `${two.run().hospital}/fhir/R4`, token: two.token }
  await putEverything(at)
  const held = await recordOf(home, 'omnicare')
  const lock = await lockIntake(held)
  const read: string[] = []
  await until('both have written', async () => {
    for (const { kind, answer, request } of await readEverything(at)) {
      assert.notEqual(answer.status, 503, kind)
      read.push(request)
    }
    return ['1', '2'].every((copy) => files(join(home, 'audit-spool', copy)).length > 0)
  })
  await two.kill()
  await Promise.allSettled([lock[Symbol.asyncDispose](), held[Symbol.asyncDispose]()])

  const one = await startOmniCare(home, { ...env, OMNICARE_WORKERS: '1' })
  await until('the spools are empty', () => files(join(home, 'audit-spool')).length === 0)
  const sealed = async (): Promise<string[]> => {
    const answer = await fetch(`${one.run().operations}/api/operations/audit/entries?most=1000`, {
      headers: { authorization: `Bearer ${one.token}` },
    })
    const { entries } = (await answer.json()) as { entries: { entry: AuditEntry }[] }
    return entries.map(({ entry }) => entry.request).filter((request) => read.includes(request))
  }
  await until('all is sealed', async () => (await sealed()).length >= read.length)
  assert.deepEqual((await sealed()).sort(), read.sort())
  assert.equal(await one.stop(), 0)
})

test('what a killed hospital has spooled is sealed once, and what was altered is told', {
  timeout: 240_000,
}, async (t) => {
  const home = await readyHome(t, { durable: true })
  const env = { OMNICARE_AUDIT_ON_FAILURE: 'spool', OMNICARE_STATEMENT_TIMEOUT: String(LIMIT_MS) }
  const spool = join(home, 'audit-spool/1')
  const first = await startOmniCare(home, env)
  const at = { base: `${first.run().hospital}/fhir/R4`, token: first.token }
  await putEverything(at)
  const held = await recordOf(home, 'omnicare')
  const lock = await lockIntake(held)
  const read = await readEverything(at)
  for (const { kind, answer } of read) assert.notEqual(answer.status, 503, kind)
  await first.kill()
  await Promise.allSettled([lock[Symbol.asyncDispose](), held[Symbol.asyncDispose]()])
  assert.equal(files(spool).length, 1)
  const copy = join(home, 'copy')
  cpSync(spool, copy, { recursive: true })

  // Twice: the second time as if it had been killed between the intake and the removal of the file; the third time altered.
  const seen = async (alter: boolean): Promise<AuditEntry[]> => {
    const running = await startOmniCare(home, env)
    await until('the spool is empty', () => files(spool).every((name) => name.endsWith('.altered')))
    let all: AuditEntry[] = []
    await until('it is sealed', async () => {
      const answer = await fetch(`${running.run().operations}/api/operations/audit/entries?most=1000`, {
        headers: { authorization: `Bearer ${running.token}` },
      })
      all = ((await answer.json()) as { entries: { entry: AuditEntry }[] }).entries.map(({ entry }) => entry)
      return (
        read.every(({ request }) => all.some((entry) => entry.request === request)) &&
        (!alter || all.some(({ action }) => action === 'malformed'))
      )
    })
    assert.equal(await running.stop(), 0)
    return all.filter(({ request, action }) => action === 'malformed' || read.some((one) => one.request === request))
  }
  assert.equal((await seen(false)).length, read.length)
  cpSync(copy, spool, { recursive: true })
  assert.equal((await seen(false)).length, read.length)
  const [name] = readdirSync(copy) as [string]
  const bytes = readFileSync(join(copy, name))
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
  writeFileSync(join(spool, name), bytes)
  const told = (await seen(true)).filter(({ action }) => action === 'malformed')
  assert.match(told[0]?.reason ?? '', /audit spool: .* has been altered: record/)
  assert.deepEqual(files(spool), [`${name}.altered`])
})
