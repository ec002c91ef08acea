/** kill -9 of any of OmniCare's processes under all kinds of traffic: the ledger has what was answered, and what was done. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuditEntry, FoundEntry, Verified } from '#audit'
import { signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import { Random } from '../../practice/random.ts'
import { omnicare } from '../support/command.ts'
import { reckon } from '../support/reckoning.ts'
import { recordOf } from '../support/record-of.ts'
import { killOne, postmaster, type Running, readyHome, startOmniCare, until } from '../support/running.ts'
import { type Doors, startTraffic } from '../support/traffic.ts'

const ROUNDS = process.env.OMNICARE_TEST_LONG === undefined ? 10 : 50
const SEED = 20_261_125
const VICTIMS = ['hospital', 'operations', 'record', 'control', 'everything'] as const
const TYPES = ['Patient', 'Observation'] as const

/** To be asked once it runs: between two runs nobody knows. */
const doorsOf = ({ run, token }: Running): Doors => ({ ...run(), token })

/** Kills; gives the OmniCare that runs once what was killed is another process. */
async function kill(victim: (typeof VICTIMS)[number], running: Running): Promise<Running> {
  const { home, run, ended } = running
  if (victim === 'operations' || victim === 'everything') {
    if (victim === 'everything') await running.kill()
    else signal(run().pid, 'SIGKILL')
    await ended
    return startOmniCare(home)
  }
  await killOne(`the ${victim}`, () => (victim === 'hospital' ? run().hospitalPid : postmaster(home, victim)))
  return running
}

/** Health of operations covers the hospital, the record, the control database and the sealing. */
const serves = async ({ run }: Running): Promise<boolean> => {
  try {
    const [health, ready] = await Promise.all([
      fetch(`${run().operations}/health`),
      fetch(`${run().hospital}/health/ready`),
    ])
    return ready.ok && ((await health.json()) as { status: string }).status === 'pass'
  } catch {
    return false
  }
}

/** The whole ledger, page by page, as anybody who may reads it. */
async function ledgerOf({ run, token }: Running): Promise<AuditEntry[]> {
  const all: AuditEntry[] = []
  const headers = { authorization: `Bearer ${token}` }
  for (let page = '?most=1000'; page !== ''; ) {
    const answer = await fetch(`${run().operations}/api/operations/audit/entries${page}`, { headers })
    const { entries } = (await answer.json()) as { entries: FoundEntry[] }
    for (const { entry, lost, index } of entries) {
      assert.ok(entry !== undefined && !lost, `entry ${index}`)
      all.push(entry)
    }
    page = entries.length < 1000 ? '' : `?most=1000&before=${entries.at(-1)?.index}`
  }
  return all
}

/** Every version that the record holds, as in `Patient/1/_history/2`. */
async function versionsIn(home: string): Promise<Set<string>> {
  await using record = await recordOf(home, 'omnicare_hospital')
  const [patients, observations] = await Promise.all([
    record.rows<{ id: string; version: string }>(
      sql`SELECT id, version FROM fhir."Patient" UNION ALL SELECT id, version FROM fhir_history."Patient"`,
    ),
    record.rows<{ id: string; version: string }>(
      sql`SELECT id, version FROM fhir."Observation" UNION ALL SELECT id, version FROM fhir_history."Observation"`,
    ),
  ])
  return new Set(
    [patients, observations].flatMap((rows, at) =>
      rows.map(({ id, version }) => `${TYPES[at]}/${id}/_history/${version}`),
    ),
  )
}

describe('kill -9 under traffic of all kinds', () => {
  test(`loses no entry of what was answered or done, and invents none, ${ROUNDS} times over`, async (t) => {
    const home = await readyHome(t, { durable: true })
    const random = new Random(SEED)
    let running = await startOmniCare(home)
    let doors = doorsOf(running)
    const traffic = startTraffic(() => doors, SEED)
    const flows = async (answers: number) => {
      const before = traffic.answers()
      await until('the traffic flows', () => traffic.answers() - before >= answers)
    }
    const killed: Record<string, number> = {}
    for (let round = 0, deck: (typeof VICTIMS)[number][] = []; round < ROUNDS; round++) {
      if (deck.length === 0) deck = [...VICTIMS]
      const [victim] = deck.splice(random.whole(0, deck.length - 1), 1) as [(typeof VICTIMS)[number]]
      await flows(random.whole(100, 500))
      running = await kill(victim, running)
      doors = doorsOf(running)
      await until(`all serves again after the ${victim} was killed`, () => serves(running))
      killed[victim] = (killed[victim] ?? 0) + 1
    }
    await flows(100)
    await traffic.end()

    await using record = await recordOf(home, 'omnicare_operations')
    await using control = await recordOf(home, 'omnicare_operations', 'control')
    for (const [name, db] of Object.entries({ record, control }))
      await until(`all of the ${name} is sealed`, async () => {
        const [{ waiting } = {}] = await db.rows<{ waiting: string }>(sql`SELECT count(*) AS waiting FROM audit.intake`)
        const [{ sealed } = {}] = await db.rows<{ sealed: string }>(sql`SELECT sealed FROM audit.mark`)
        const [{ told } = {}] = await control.rows<{ told: string }>(
          sql`SELECT told FROM audit.source WHERE name = ${name}`,
        )
        return waiting === '0' && sealed === told
      })

    const entries = await ledgerOf(running)
    const held = await versionsIn(home)
    const { findings, ...counts } = reckon(traffic.asked, entries, held)
    t.diagnostic(JSON.stringify({ killed, ...counts, entries: entries.length, versions: held.size }))
    assert.deepEqual(findings.slice(0, 20), [], `${findings.length} findings`)
    // It would have been seen: any entry taken away, or there a second time.
    const at = entries.findIndex(({ outcome, plane }) => outcome === 'success' && plane === 'hospital')
    for (const wrong of [entries.toSpliced(at, 1), entries.toSpliced(at, 0, entries[at] as AuditEntry)])
      assert.notEqual(reckon(traffic.asked, wrong, held).findings.length, 0)

    const { out } = await omnicare(running, 'audit', 'verify', '--decrypt', '--json')
    const verified = JSON.parse(out) as Verified
    assert.deepEqual([verified.well, verified.findings], [true, []])
    assert.ok(verified.checked >= entries.length)
    assert.equal(await running.stop(), 0)
  })
})
