/** The daily procedures of a running OmniCare, by command: what it finds out of itself, and what it tells of them. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { extractText, getMeta } from 'unpdf'
import { sql } from '#foundation/sql.ts'
import type { Occurrence, Overview } from '../../src/operations/procedures/index.ts'
import { omnicare as command } from '../support/command.ts'
import { recordOf } from '../support/record-of.ts'
import { freshHome, type Running, startOmniCare, until } from '../support/running.ts'

const HOUR_MS = 3_600_000

describe('the daily procedures of a running OmniCare', { timeout: 300_000 }, () => {
  test('are opened, done by command and printed, late ones are told, and the trail says who did what', async (t) => {
    const at = (agoMs: number) => new Date(Date.now() - agoMs).toISOString().slice(11, 16)
    const running: Running = await startOmniCare(freshHome(t), {
      OMNICARE_SCHEDULE_ZONE: 'UTC',
      OMNICARE_MORNING_CHECK: at(3 * HOUR_MS),
      OMNICARE_SHIFT_CHANGES: at(HOUR_MS / 4),
      OMNICARE_END_OF_DAY: at(HOUR_MS / 4),
    })
    const omnicare = (...args: string[]) => command(running, 'procedures', ...args)
    const overview = async () => JSON.parse((await omnicare('list', '--json')).out) as Overview
    const first = await omnicare('list')
    assert.deepEqual([first.exit, first.err], [0, ''], first.out)
    assert.match(first.out, /^morning-check +\d\d:\d\d +operator +none yet /m)

    // As if it had been installed two days ago, and nobody had looked since.
    const owner = await recordOf(running.home, 'omnicare', 'control')
    t.after(async () => owner[Symbol.asyncDispose]())
    await owner.rows(sql`UPDATE operations.procedure_known SET since = since - interval '48 hours'`)
    await until('what was due is opened', async () => {
      const { procedures } = await overview()
      return procedures.every(({ newest }) => newest !== undefined)
    })
    const late = await omnicare('list')
    assert.equal(late.exit, 1)
    assert.match(late.out, /^morning-check .* due, overdue \(LATE\) +0\/7 /m)
    const { operations } = running.run()
    const { checks } = (await (await fetch(`${operations}/health`)).json()) as {
      checks: Record<string, [{ status: string; output?: string }]>
    }
    assert.equal(checks['procedures:late']?.[0].status, 'warn')
    assert.match(String(checks['procedures:late']?.[0].output), /^Nobody has done in time: .*morning-check/)
    const token = readFileSync(join(running.home, 'admin-token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}` }
    const metric = async () => {
      const text = await (await fetch(`${operations}/metrics`, { headers })).text()
      return /^omnicare_procedure_overdue\{procedure="morning-check"\} (\d)$/m.exec(text)?.[1]
    }
    assert.equal(await metric(), '1')

    const started = await omnicare('start', 'morning-check')
    assert.equal(started.exit, 0, started.err)
    assert.match(started.out, /Processes: well\. The hospital did not end by itself\./)
    assert.match(started.out, /hospital: pass\n/)
    assert.match(started.out, /operations, procedures:late: warn/)
    assert.match(started.out, /record: PostgreSQL 18\.\d+, runs since .* of \d+ connections/)
    assert.match(started.out, /Audit trail: well\. \d+ entries were sealed in the last 24 hours\./)
    assert.match(started.out, /Errors of the last hour: well\. No error was found in the last hour's logs\./)
    const wrong = await omnicare('step', 'morning-check', 'availability', '--answer', 'problem')
    assert.equal(wrong.exit, 2)
    assert.match(wrong.err, /This answer needs a note/)
    const { id, plan } = JSON.parse((await omnicare('show', 'morning-check', '--json')).out) as Occurrence
    const early = await omnicare('sign', 'morning-check')
    assert.deepEqual([early.exit, /7 steps are not answered yet/.test(early.err)], [1, true])
    // Each command is a process: one answers by it, the others are answered as it does.
    const answer = async (procedure: string, step: string) => {
      const { ok } = await fetch(`${operations}/api/operations/procedures/${procedure}/steps/${step}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ answer: 'well', note: 'Looked at.' }),
      })
      assert.ok(ok, step)
    }
    for (const { name } of plan.slice(1)) await answer('morning-check', name)
    const last = await omnicare('step', 'morning-check', 'processes')
    assert.deepEqual([last.exit, last.out], [0, 'processes: well. 7 of 7 steps are answered.\n'], last.err)
    const signed = await omnicare('sign', 'morning-check', '--note', 'By command.')
    assert.deepEqual([signed.exit, signed.out], [0, 'Morning health check is signed by administrator.\n'])
    await until('the metric says that it is done', async () => (await metric()) === '0')
    assert.match((await omnicare('history', '--state', 'signed')).out, /signed, late +7\/7 +0 +administrator /)
    assert.match((await omnicare('history', '--state', 'missed')).out, /morning-check +missed /)

    const file = join(running.home, 'check.pdf')
    assert.equal((await omnicare('print', id, '--format', 'pdf')).exit, 2)
    assert.equal((await omnicare('print', id, '--format', 'pdf', '--out', file)).exit, 0)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const pdf = readFileSync(file)
    assert.equal((await getMeta(new Uint8Array(pdf))).info.Title, 'Morning health check')
    const { text } = await extractText(new Uint8Array(pdf), { mergePages: true })
    for (const words of ['administrator: signed. By command.', '7. Audit trail', 'on the clock in UTC'])
      assert.ok(text.includes(words), `${words}\n---\n${text}`)
    assert.match((await omnicare('print', 'morning-check')).out, /^Morning health check\n {2}Due /)

    await omnicare('start', 'shift-handover')
    for (const step of ['incidents', 'alerts', 'last-check', 'maintenance', 'ongoing', 'utilisation'])
      await answer('shift-handover', step)
    assert.match((await omnicare('hand-over', 'shift-handover')).out, /Another person has to accept it/)
    const same = await omnicare('accept', 'shift-handover')
    assert.deepEqual([same.exit, /can’t accept: another person/.test(same.err)], [1, true])
    assert.equal((await omnicare('note', 'shift-handover', '--note', 'Ben comes at nine.')).exit, 0)
    assert.equal((await omnicare('show', 'no-such-procedure')).exit, 1)

    await until('the trail has it', async () => {
      const { out } = await command(running, 'audit', 'search', '--action', 'operation', '--json')
      return out.includes('shift-handover noted') && out.includes('procedures/same-person')
    })
    const trail = (await command(running, 'audit', 'search', '--action', 'operation', '--json')).out
    assert.ok(trail.includes('morning-check signed') && trail.includes(`procedure/${id}`))
    assert.ok(!trail.includes('By command.'), 'what people wrote is not in the trail')
  })
})
