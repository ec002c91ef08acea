/** The audit ledger of a running OmniCare: sealed all the time, read by commands, whole after kill -9. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openIntake, type Verified } from '#audit'
import { openDatabase } from '#foundation/database.ts'
import { openLog } from '#foundation/log.ts'
import { signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import {
  append,
  EMPTY_EDGE,
  leafHashes,
  makeSigner,
  openCheckpoint,
  readVerifier,
  signCheckpoint,
  writeSubmission,
} from '#tlog'
import { omnicare } from '../support/command.ts'
import { entryOf } from '../support/ledger.ts'
import { recordOf } from '../support/record-of.ts'
import { postmaster, type Running, readyHome, startOmniCare, until } from '../support/running.ts'

const root = join(import.meta.dirname, '../..')

const verified = async (running: Running): Promise<Verified> =>
  JSON.parse((await omnicare(running, 'audit', 'verify', '--json')).out)

const countOf = async (running: Running, person: string): Promise<number> =>
  JSON.parse((await omnicare(running, 'audit', 'count', '--person', person, '--json')).out).count

describe('the audit ledger of a running OmniCare', { timeout: 240_000 }, () => {
  test('is sealed within a second, and is read, proven, exported and verified by commands', async (t) => {
    const running = await startOmniCare(await readyHome(t))
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

    const today = new Date().toISOString().slice(0, 10)
    const ofToday = await omnicare(running, 'audit', 'verify', '--from', today, '--decrypt', '--json')
    assert.deepEqual(JSON.parse(ofToday.out).findings, [])
    assert.ok(JSON.parse(ofToday.out).checked > 0)
    assert.equal((await omnicare(running, 'audit', 'verify', '--to', 'yesterday')).exit, 2)

    assert.equal((await omnicare(running, 'audit', 'prove', '999999')).exit, 1)
    // How it went is written down, not that it was asked for.
    await until('the refusal is sealed', async () => {
      const refused = await omnicare(running, 'audit', 'search', '--outcome', 'refused', '--action', 'read', '--json')
      const [found] = JSON.parse(refused.out) as { entry: { status: number; code: string } }[]
      assert.deepEqual(found && [found.entry.status, found.entry.code], found && [404, 'audit/no-such-entry'])
      return found !== undefined
    })
    const verifications = JSON.parse((await omnicare(running, 'audit', 'search', '--action', 'verify', '--json')).out)
    const went = verifications.map(({ entry }: { entry: { outcome: string } }) => entry.outcome)
    assert.deepEqual(went, ['success', 'success'])
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

  test('can not be reached by the login of the hospital, not even without its role', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    const { home } = running
    const environment = readFileSync(`/proc/${running.run().hospitalPid}/environ`, 'utf8').split('\0')
    const url = environment.find((one) => one.startsWith('OMNICARE_RECORD_URL='))?.slice('OMNICARE_RECORD_URL='.length)
    const log = openLog({ service: 'test', folder: join(home, 'logs'), level: 'fatal', toStdout: false })
    {
      const options = { url: String(url), connections: 1, statementTimeoutMs: 30_000, log }
      await using db = await openDatabase(options)
      for (const statement of [
        sql`SELECT entry FROM audit.intake`,
        sql`DELETE FROM audit.intake`,
        sql`UPDATE audit.mark SET sealed = 0`,
        sql`SELECT 1 FROM fhir."Patient"`,
        sql`SET ROLE omnicare`,
        sql`SET ROLE omnicare_operations`,
      ]) {
        await db.rows(sql`SET ROLE NONE`)
        await assert.rejects(db.rows(statement), { code: '42501' }, statement.text)
      }
      await db.rows(sql`SET ROLE omnicare_hospital`)
      await db.rows(sql`SELECT 1 FROM fhir."Patient"`)
    }
    assert.equal((await running.ask('/fhir/R4/Patient?_count=1')).status, 200)
    assert.equal(await running.stop(), 0)
    // The password of the run before is no longer one.
    const again = await startOmniCare(home)
    assert.equal((await again.ask('/health/ready')).status, 200)
    assert.equal(await again.stop(), 0)
  })

  test('cosigns the checkpoints of another log for whoever sends them, and does not let it go back', async (t) => {
    const home = await readyHome(t)
    const other = makeSigner('other.example/log', Buffer.alloc(32, 9))
    writeFileSync(join(home, 'witnessed'), `${other.verifier.text}\n`)
    const running = await startOmniCare(home, { OMNICARE_AUDIT_WITNESSED: join(home, 'witnessed') })
    const { operations } = running.run()
    const leaves = leafHashes(['a', 'b', 'c'].map((text) => Buffer.from(text)))
    const signed = (size: number) => {
      const { root: treeRoot } = append(EMPTY_EDGE, leaves.subarray(0, size * 32))
      return signCheckpoint({ origin: 'other.example/log', size, root: treeRoot }, [other])
    }
    const send = (body: string, type = 'text/plain') =>
      fetch(`${operations}/audit/add-checkpoint`, { method: 'POST', body, headers: { 'content-type': type } })
    const first = await send(writeSubmission({ oldSize: 0, proof: [], signed: signed(2) }))
    assert.equal(first.status, 200)
    const key = readVerifier((await (await fetch(`${operations}/audit/witness-key`)).text()).trim())
    const trust = { origin: 'other.example/log', log: [other.verifier], witnesses: [key] }
    const cosigned = openCheckpoint(signed(2) + (await first.text()), trust)
    assert.ok(Math.abs((cosigned.seen.get(key) as number) - Date.now() / 1000) < 60)
    // 2 to 3 is proven by the third leaf alone.
    const proof = [leaves.subarray(64, 96)]
    assert.equal(
      (await send(writeSubmission({ oldSize: 2, proof, signed: signed(3) }), 'application/x-any')).status,
      200,
    )
    const back = await send(writeSubmission({ oldSize: 2, proof: [], signed: signed(2) }))
    assert.deepEqual(
      [back.status, back.headers.get('content-type'), await back.text()],
      [409, 'text/x.tlog.size', '3\n'],
    )
    assert.equal((await send('old nothing')).status, 400)
    assert.equal(
      (await send(writeSubmission({ oldSize: 3, proof, signed: signed(3).replace('other', 'third') }))).status,
      404,
    )
    assert.equal(await running.stop(), 0)
  })

  test('has every entry once after kill -9 of operations and of the control database while entries stream in', async (t) => {
    const home = await readyHome(t, { durable: true })
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
