/** The audit ledger of a running OmniCare: sealed all the time, read by commands, whole after kill -9. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openIntake, type Verified } from '#audit'
import { signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import { entryOf } from '../support/ledger.ts'
import { recordOf } from '../support/record-of.ts'
import { freshHome, postmaster, type Running, startOmniCare, until } from '../support/running.ts'

/** Bytes. Node cuts a program's output at one MiB otherwise, and a quick machine seals more than that. */
const MOST_OUTPUT = 256 * 1024 * 1024

const root = join(import.meta.dirname, '../..')

const omnicare = ({ home, run }: Running, ...args: string[]) =>
  new Promise<{ exit: number; out: string; err: string }>((resolve) => {
    const env = {
      ...process.env,
      OMNICARE_CONFIG: 'none',
      OMNICARE_HOME: home,
      OMNICARE_OPERATIONS_URL: run().operations,
    }
    execFile(
      process.execPath,
      [join(root, 'src/omnicare.ts'), ...args],
      { env, maxBuffer: MOST_OUTPUT },
      (error, out, err) => resolve({ exit: error === null ? 0 : Number(error.code), out, err }),
    )
  })

const verified = async (running: Running): Promise<Verified> =>
  JSON.parse((await omnicare(running, 'audit', 'verify', '--json')).out)

const countOf = async (running: Running, person: string): Promise<number> =>
  JSON.parse((await omnicare(running, 'audit', 'count', '--person', person, '--json')).out).count

describe('the audit ledger of a running OmniCare', { timeout: 180_000 }, () => {
  test('is sealed within a second, and is read, proven, exported and verified by commands', async (t) => {
    const running = await startOmniCare(freshHome(t))
    const { home } = running
    assert.equal(statSync(join(home, 'audit-key')).mode & 0o777, 0o600)
    await using hospital = await recordOf(home, 'omnicare_hospital')
    const recorded = entryOf({ actor: { kind: 'person', id: 'ada', name: 'Ada, "the" Nurse' }, agent: '=cmd()' })
    const began = performance.now()
    await openIntake(hospital).record(recorded)
    await until('it is sealed', async () => (await countOf(running, 'ada')) === 1, 5_000)
    t.diagnostic(`found by a command after ${Math.round(performance.now() - began)} ms`)

    const search = await omnicare(running, 'audit', 'search', '--patient', '1', '--action', 'read', '--json')
    assert.deepEqual(JSON.parse(search.out)[0].entry, recorded)
    const csv = await omnicare(running, 'audit', 'search', '--patient', '1', '--action', 'read', '--csv')
    assert.match(csv.out, /,ada,"Ada, ""the"" Nurse",clinician,.*,'=cmd\(\),/)
    const lines = await omnicare(running, 'audit', 'search', '--person', 'ada', '--ndjson')
    assert.deepEqual(JSON.parse(lines.out).entry.id, recorded.id)
    // Whoever looks into the trail is in it.
    await until('the search is sealed', async () => (await countOf(running, 'administrator')) > 3)
    const own = JSON.parse((await omnicare(running, 'audit', 'search', '--person', 'administrator', '--json')).out)
    const asked = own.map(({ entry }: { entry: { query?: string } }) => entry.query).join('\n')
    assert.match(asked, /patient=[0-9a-f]{16}&action=read/)
    assert.ok(!asked.includes('Patient'))
    assert.match((await omnicare(running, 'audit', 'tail', '--lines', '3')).out, /administrator/)

    const id = recorded.id
    const proof = await omnicare(running, 'audit', 'prove', id, '--out', join(home, 'proof'))
    assert.equal(proof.exit, 0, proof.err)
    const keys = (await omnicare(running, 'audit', 'checkpoint', '--keys')).out.trim()
    const verifier = join(root, 'docs/audit-verifier/verify.mjs')
    const ask = (...args: string[]) =>
      new Promise<string>((resolve) =>
        execFile(process.execPath, [verifier, ...args], (error, out) => resolve(`${error?.code ?? 0} ${out}`)),
      )
    assert.match(
      await ask('inclusion', '--key', keys, '--entry', join(home, 'proof.bin'), join(home, 'proof.tlog-proof')),
      /^0 /,
    )
    const kept = join(home, 'kept')
    writeFileSync(kept, (await omnicare(running, 'audit', 'checkpoint')).out)
    assert.match(await ask('log', '--key', keys, '--old', kept, `${running.run().operations}/audit/`), /^0 /)
    assert.equal((await omnicare(running, 'audit', 'export', join(home, 'export'))).exit, 0)
    assert.match(await ask('log', '--key', keys, '--old', kept, join(home, 'export')), /^0 /)
    const whole = await omnicare(running, 'audit', 'verify', '--checkpoint', kept)
    assert.equal(whole.exit, 0, whole.out + whole.err)
    assert.match(whole.out, /^The audit ledger is whole/m)

    assert.equal((await omnicare(running, 'audit', 'prove', '999999')).exit, 1)
    assert.equal((await omnicare(running, 'audit', 'keys', 'destroy', new Date().toISOString().slice(0, 7))).exit, 3)
    assert.equal((await omnicare(running, 'audit', 'keys', 'rotate', 'master')).exit, 0)
    assert.equal((await omnicare(running, 'audit', 'keys', 'rotate', 'log')).exit, 0)
    assert.equal((await fetch(`${running.run().operations}/api/operations/audit/entries`)).status, 401)
    const health = (await (await fetch(`${running.run().operations}/health`)).json()) as {
      checks: Record<string, [{ status: string }]>
    }
    assert.equal(health.checks['audit:sealing']?.[0].status, 'pass')
    assert.equal(await running.stop(), 0)

    const again = await startOmniCare(home)
    assert.equal((await verified(again)).well, true)
    assert.equal(await countOf(again, 'ada'), 1)
    assert.equal(await again.stop(), 0)
  })

  test('has every entry once after kill -9 of operations and of the control database while entries stream in', async (t) => {
    const home = freshHome(t)
    let running = await startOmniCare(home)
    const ids: string[] = []
    for (let round = 0; round < 3; round++) {
      await using hospital = await recordOf(home, 'omnicare_hospital')
      const intake = openIntake(hospital)
      let on = true
      const stream = async () => {
        while (on) {
          const entries = Array.from({ length: 20 }, () => entryOf({ actor: { kind: 'person', id: 'streamer' } }))
          for (const entry of entries)
            await intake.record(entry).then(
              () => ids.push(entry.id),
              () => undefined,
            )
        }
      }
      const before = ids.length
      const streams = [1, 2, 3, 4].map(stream)
      await until('entries stream in', () => ids.length - before > 500)
      if (round === 1) signal(postmaster(home, 'control'), 'SIGKILL')
      else {
        signal(running.run().pid, 'SIGKILL')
        await running.ended
      }
      on = false
      await Promise.all(streams)
      if (round !== 1) running = await startOmniCare(home)
    }
    await using operations = await recordOf(home, 'omnicare_operations')
    await until('everything is sealed', async () => {
      const [row] = await operations.rows<{ n: string }>(sql`SELECT count(*) AS n FROM audit.intake`)
      return row?.n === '0'
    })
    const found = await omnicare(running, 'audit', 'search', '--person', 'streamer', '--most', '100000', '--ndjson')
    const sealed = found.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).entry.id as string)
    const once = new Set(sealed)
    assert.equal(once.size, sealed.length)
    assert.deepEqual(
      ids.filter((id) => !once.has(id)),
      [],
    )
    t.diagnostic(`${ids.length} acknowledged, ${sealed.length} sealed`)
    const { well, findings } = await verified(running)
    assert.deepEqual([well, findings], [true, []])
    assert.equal(await running.stop(), 0)
  })
})
