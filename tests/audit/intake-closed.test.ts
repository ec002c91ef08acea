/** Nothing is answered that could not be written down; and when it can be again, nothing is missing. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AuditEntry } from '#audit'
import { unprivilegedUser } from '#foundation/embedded/user.ts'
import { Sql, sql } from '#foundation/sql.ts'
import { type Answer, clientOf, type Send } from '../support/client.ts'
import { startHospital, type TestHospital } from '../support/hospital.ts'
import { takeEntries } from '../support/intake.ts'
import { smallDisk } from '../support/small-disk.ts'

const SECRET = 'Chalmers'
const patient = (id: string) => ({ resourceType: 'Patient', id, name: [{ family: SECRET }] })
const bundle = (type: string, ...entry: object[]) => ({ resourceType: 'Bundle', type, entry })

/** Each interaction that shows or changes something. */
const REQUESTS: readonly (readonly [
  method: string,
  path: string,
  body?: object | string | undefined,
  headers?: Record<string, string>,
])[] = [
  ['GET', 'Patient/p1'],
  ['GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"7"' }],
  ['GET', 'Patient/p1/_history/1'],
  ['GET', 'Patient/p1/_history'],
  ['GET', 'Patient?_id=p1'],
  ['GET', 'Patient/nobody'],
  ['GET', 'metadata'],
  ['POST', 'Patient', { ...patient(''), id: undefined }],
  ['PUT', 'Patient/p1', { ...patient('p1'), active: true }],
  ['PUT', 'Patient/other', patient('other')],
  [
    'PATCH',
    'Patient/p1',
    '[{"op":"add","path":"/active","value":false}]',
    { 'content-type': 'application/json-patch+json' },
  ],
  ['DELETE', 'Patient/p1'],
  ['DELETE', 'Patient?_id=nobody'],
  ['POST', '', bundle('transaction', { resource: patient('t'), request: { method: 'PUT', url: 'Patient/t' } })],
  ['POST', '', bundle('batch', { request: { method: 'GET', url: 'Patient/p1' } })],
]

interface Outcome {
  readonly issue: readonly { code: string; diagnostics: string; details: { coding: readonly { code: string }[] } }[]
}

/** Refused for now, with what to do, and with nothing of a patient. */
function assertClosed({ status, body, headers }: Answer, what: string, code?: string): void {
  assert.equal(status, 503, `${what}: ${body.slice(0, 300)}`)
  assert.ok(!body.includes(SECRET), what)
  assert.ok(headers.get('retry-after'), what)
  const [issue] = (JSON.parse(body) as Outcome).issue
  assert.equal(issue?.code, 'transient', what)
  if (code !== undefined) assert.equal(issue.details.coding[0]?.code, code, what)
  assert.ok((issue?.diagnostics ?? '').length > 40, what)
}

/** A client of a hospital with one patient. */
async function withPatient(hospital: TestHospital): Promise<Send> {
  const send = clientOf(hospital)
  assert.equal((await send('PUT', 'Patient/p1', patient('p1'))).status, 201)
  await takeEntries(hospital.db)
  return send
}

async function unrecorded({ metrics }: TestHospital): Promise<number> {
  const text = await metrics.getSingleMetricAsString('audit_unrecorded_total')
  return Number(/^audit_unrecorded_total (\d+)$/m.exec(text)?.[1])
}

describe('while nothing can be written down', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  let send: Send
  let release: (() => Promise<void>) | undefined

  before(async () => {
    hospital = await startHospital(
      {
        after: (end) => {
          release = end
        },
      },
      { statementTimeoutMs: 400 },
    )
    send = await withPatient(hospital)
  })
  after(() => release?.())

  const patients = () => hospital.db.rows(sql`SELECT id, version, body FROM fhir."Patient" ORDER BY id`)

  /** While somebody else has the table for themselves. */
  const whileLocked = async (work: () => Promise<void>) => {
    const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = hospital.db.transaction(async (tx) => {
      await tx.rows(sql`LOCK TABLE audit.intake IN ACCESS EXCLUSIVE MODE`)
      locked.resolve()
      await done.promise
    })
    await locked.promise
    await work()
    done.resolve()
    await holding
  }

  test('because its table is locked, every answer is 503 and nothing is changed; and then nothing is missing', async () => {
    await whileLocked(async () => {
      const [before, countBefore] = [await patients(), await unrecorded(hospital)]
      for (const [method, path, body, headers] of REQUESTS)
        assertClosed(await send(method, path, body, headers), `${method} ${path}`, 'audit/not-recorded')
      assert.deepEqual(await patients(), before)
      assert.ok((await unrecorded(hospital)) >= countBefore + REQUESTS.length)
      assert.equal((await send('GET', `${hospital.url}/health/ready`)).status, 200)
    })
    const answered: string[] = []
    for (const [method, path, body, headers] of REQUESTS) {
      const request = `after-${answered.length}`
      const { status } = await send(method, path, body, { ...headers, 'x-request-id': request })
      assert.notEqual(status, 503, `${method} ${path}`)
      answered.push(request)
    }
    const told = new Set((await takeEntries(hospital.db)).map(({ request }) => request))
    assert.deepEqual(
      answered.filter((request) => !told.has(request)),
      [],
    )
  })

  test('those who wait are all refused as soon as it is known, not one after the other', async () => {
    await whileLocked(async () => {
      const began = performance.now()
      const answers = await Promise.all(Array.from({ length: 600 }, () => send('GET', 'Patient/p2')))
      // Six hundred are ten statements, each of which would wait for as long as a statement may.
      assert.ok(performance.now() - began < 3_000)
      for (const answer of answers) assertClosed(answer, 'GET', 'audit/not-recorded')
    })
  })

  test('because its disk is full, and until there is room again', { skip: smallDisk.cannot }, async (t) => {
    const hospital = await startHospital(t)
    const send = await withPatient(hospital)
    const disk = smallDisk(t, 1)
    const owner = unprivilegedUser()
    if (owner) chownSync(disk, owner.uid, owner.gid)
    await hospital.db.rows(new Sql([`CREATE TABLESPACE small LOCATION '${disk}'`], []))
    await hospital.db.rows(sql`ALTER TABLE audit.intake SET TABLESPACE small`)
    await assert.rejects(
      async () => {
        for (;;) await hospital.db.rows(sql`INSERT INTO audit.intake (entry) SELECT 'full' FROM generate_series(1, 99)`)
      },
      { code: 'database/no-space' },
    )
    for (const [method, path, body, headers] of REQUESTS)
      assertClosed(await send(method, path, body, headers), `${method} ${path}`)
    execFileSync('mount', ['-o', 'remount,size=8m', disk])
    await hospital.db.rows(sql`DELETE FROM audit.intake`)
    assert.equal((await send('GET', 'Patient/p1')).status, 200)
    assert.equal((await takeEntries(hospital.db)).length, 1)
  })

  test('because the database is gone, and until it is back; what was answered meanwhile is written down', async (t) => {
    const hospital = await startHospital(t)
    const send = await withPatient(hospital)
    const answered: string[] = []
    let refusals = 0
    const ask = async (number: number) => {
      const request = `gone-${number}`
      const answer = await send('GET', 'Patient/p1', undefined, { 'x-request-id': request })
      if (answer.status === 200) answered.push(request)
      else assertClosed(answer, request)
      if (answer.status !== 200) refusals++
      return answer.status
    }
    await ask(0)
    const pid = Number(readFileSync(join(hospital.home, 'record/data/postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGKILL')
    // Who is connected may be served for a moment longer than others.
    let entries: AuditEntry[] | undefined
    for (let number = 1; entries === undefined; number++)
      if ((await ask(number)) === 200 && refusals > 0) entries = await takeEntries(hospital.db).catch(() => undefined)
    const told = new Set(entries.map(({ request }) => request))
    assert.deepEqual(
      answered.filter((request) => !told.has(request)),
      [],
    )
  })
})
