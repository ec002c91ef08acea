/** When nothing can be written down: no patient data leaves, nothing is changed, and nothing is lost once it can be again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '#audit'
import { parentOf, signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import { askEverything, assertRefused, putEverything, readEverything, versionsOf } from '../support/everything.ts'
import { startHospital } from '../support/hospital.ts'
import { lockIntake, takeEntries } from '../support/intake.ts'
import { startOmniCare, until } from '../support/running.ts'
import { allKnowWhetherFull, leaveFree, makeRoom, smallDisk } from '../support/small-disk.ts'

const LIMIT_MS = 2_000
/** What is asked waits for a lock, then the entry of its refusal behind those of other types: 3 × as long, on a machine that does nothing else. */
const LONGEST_MS = 3 * LIMIT_MS

const requests = (entries: readonly AuditEntry[]) => [...new Set(entries.map(({ request }) => request))].sort()
const health = async (url: string) => {
  const answer = await fetch(`${url}/health/ready`)
  return { status: answer.status, text: await answer.text() }
}

test('a locked intake lets nothing out and nothing in, until it is free', { timeout: 240_000 }, async (t) => {
  const hospital = await startHospital(t, { statementTimeoutMs: LIMIT_MS })
  await putEverything(hospital)
  const before = await versionsOf(hospital)
  await takeEntries(hospital.db)

  {
    await using _ = await lockIntake(hospital.db)
    const refused = [...(await askEverything(hospital)), ...(await askEverything(hospital))]
    for (const one of refused) assertRefused(one, LONGEST_MS)
    t.diagnostic(
      `the longest of ${refused.length} took ${Math.round(Math.max(...refused.map((one) => one.tookMs)))} ms`,
    )
    const counted = (await hospital.metrics.getSingleMetric('audit_unrecorded_total')?.get())?.values[0]?.value ?? 0
    assert.ok(counted >= refused.length, `${counted} of ${refused.length} were counted`)
    const sick = await health(hospital.url)
    assert.equal(sick.status, 503)
    assert.match(sick.text, /audit\/not-recorded/)
  }

  assert.equal((await health(hospital.url)).status, 200)
  assert.deepEqual(await takeEntries(hospital.db), [], 'what was refused has left an entry')
  assert.deepEqual(await versionsOf(hospital), before)
  await takeEntries(hospital.db)
  const answered = await askEverything(hospital)
  for (const { kind, answer } of answered) assert.notEqual(answer.status, 503, kind)
  assert.deepEqual(requests(await takeEntries(hospital.db)), answered.map(({ request }) => request).sort())
})

test('a full disk lets nothing out and nothing in, until there is room again', {
  skip: smallDisk.cannot,
  timeout: 240_000,
}, async (t) => {
  const home = smallDisk(t, 600)
  const running = await startOmniCare(home, { OMNICARE_STATEMENT_TIMEOUT: String(LIMIT_MS) })
  const { hospital, operations } = running.run()
  const at = { base: `${hospital}/fhir/R4`, token: running.token }
  const sealed = async (): Promise<AuditEntry[]> => {
    const answer = await fetch(`${operations}/api/operations/audit/entries?most=1000`, {
      headers: { authorization: `Bearer ${running.token}` },
    })
    // Operations' own database may still be told that there is room again.
    if (answer.status === 503) return []
    const { entries } = (await answer.json()) as { entries: { entry: AuditEntry }[] }
    return entries.map(({ entry }) => entry).filter(({ plane }) => plane === 'hospital')
  }
  await putEverything(at)
  const before = await versionsOf(at)

  leaveFree(home, 60)
  await allKnowWhetherFull(home, true)
  const refused = await askEverything(at)
  leaveFree(home, 1)
  refused.push(...(await askEverything(at)))
  for (const one of refused) assertRefused(one, LONGEST_MS)
  assert.equal((await health(hospital)).status, 503)

  makeRoom(home)
  await allKnowWhetherFull(home, false)
  assert.equal((await health(hospital)).status, 200)
  assert.deepEqual(await versionsOf(at), before)
  const answered = await askEverything(at)
  for (const { kind, answer } of answered) assert.notEqual(answer.status, 503, kind)
  const all = answered.map(({ request }) => request)
  await until('all is sealed', async () => {
    const there = new Set(requests(await sealed()))
    return all.every((request) => there.has(request))
  })
  const there = new Set(requests(await sealed()))
  assert.deepEqual(
    refused.filter(({ request }) => there.has(request)).map(({ kind }) => kind),
    [],
  )
  assert.equal(await running.stop(), 0)
})

test('a database that dies under traffic lets out only what it has written down', { timeout: 240_000 }, async (t) => {
  const hospital = await startHospital(t, { statementTimeoutMs: LIMIT_MS, durable: true })
  await putEverything(hospital)
  const answered = new Set<string>()
  let refused = 0
  let running = true
  t.after(() => {
    running = false
  })
  const reader = async () => {
    while (running)
      for (const one of await readEverything(hospital)) {
        if (one.answer.status === 503) {
          refused++
          assertRefused(one, 3 * LONGEST_MS)
        } else answered.add(one.request)
      }
  }
  const readers = Promise.all(Array.from({ length: 4 }, reader))
  for (let kill = 1; kill <= 3; kill++) {
    const [seen, lost] = [answered.size, refused]
    await until('there is traffic', () => answered.size > seen + 100)
    const [backend] = await hospital.db.rows(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`)
    signal(parentOf(backend?.pid as number) as number, 'SIGKILL')
    await until('it is away', () => refused > lost)
    await until('it is back', async () => (await health(hospital.url)).status === 200)
  }
  running = false
  await readers
  t.diagnostic(`${answered.size} were answered, ${refused} refused`)
  // This test's own connections died with the database too.
  let entries: Awaited<ReturnType<typeof takeEntries>> = []
  await until('the entries can be read', async () => {
    const taken = await takeEntries(hospital.db).catch((error: { code?: string }) => {
      if (error.code !== 'database/unreachable') throw error
    })
    entries = taken ?? []
    return taken !== undefined
  })
  const there = new Set(requests(entries))
  assert.deepEqual(
    [...answered].filter((request) => !there.has(request)),
    [],
  )
})
