/**
 * Chance against the trail: requests of every kind, many at once, some of them cancelled. Afterwards the ledger has exactly
 * the entries that a model says, which knows only what was asked, what was answered and which versions the record holds.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { type AuditEntry, type Ledger, openLedger, openMasterKey, sealNext, searchLedger, verifyLedger } from '#audit'
import { sql } from '#foundation/sql.ts'
import { Random } from '../../practice/random.ts'
import { addHistory, type Book } from '../support/audit-model/book.ts'
import { ALIKE, answerInRecord, type Cancelled, cancelled, makingStill } from '../support/audit-model/cancelled.ts'
import { type Compared, compare, type Difference, Hashes } from '../support/audit-model/compare.ts'
import { type Expected, model } from '../support/audit-model/model.ts'
import { KINDS, Requests } from '../support/audit-model/requests.ts'
import { type Answer, openSender, type Sender } from '../support/audit-model/sender.ts'
import type { Asked, Shown } from '../support/audit-model/steps.ts'
import { type Json, linkIn } from '../support/client.ts'
import { startHospital, type TestHospital } from '../support/hospital.ts'
import { startLedgers, type TestLedgers } from '../support/ledger.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const REQUESTS = 10_000
const TOGETHER = 16
/** The same seed asks the same; which of those at once comes first is never the same. */
const SEED = Number(process.env.OMNICARE_TEST_SEED ?? randomBytes(4).readUInt32LE())

describe('the trail of many requests', { timeout: 600_000 }, () => {
  let hospital: TestHospital
  let ledgers: TestLedgers
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    ledgers = await startLedgers(suite)
  })

  const random = new Random(SEED)
  const requests = new Requests(random)
  const answered: { readonly asked: Asked; readonly answer: Answer }[] = []
  const given: Cancelled[] = []
  const alike: Answer[] = []
  const book: Book = new Map()
  let number = 0
  const nextId = () => `r-${++number}`

  async function send(sender: Sender, asked: Asked): Promise<Answer> {
    const answer = await sender.send(asked)
    answered.push({ asked, answer })
    assert.ok(answer.status < 500, `${asked.id} ${asked.method} ${asked.path}: ${answer.status} ${answer.body}`)
    return answer
  }

  /** One request by chance; also what is sent twice under a key, and what is cancelled. */
  async function ask(sender: Sender): Promise<void> {
    const id = nextId()
    if (random.chance(0.08)) {
      const one = cancelled(random, requests, id)
      if (one.needs) await send(sender, { ...one.needs, id: nextId() })
      given.push(one)
      await sender.cancel(one.asked)
    } else if (random.chance(0.01)) {
      const twice = { ...requests.bundle(random.pick(['batch', 'transaction'] as const), id) }
      const headers = { 'idempotency-key': id }
      await send(sender, { ...twice, id, headers })
      await send(sender, { ...twice, id: nextId(), headers })
    } else await send(sender, { ...requests.request(id), id })
  }

  /** Reads the history of every type to its end, as anybody would: that is in the trail, too. */
  async function readRecord(sender: Sender): Promise<void> {
    for (const type of KINDS) {
      let query: Shown[] | undefined = [['_count', '200']]
      while (query !== undefined) {
        const answer = await send(sender, { id: nextId(), method: 'GET', path: `${type}/_history`, query })
        const page = JSON.parse(answer.body) as Json
        addHistory(book, page)
        const next: string | undefined = linkIn(page, 'next')
        query = next === undefined ? undefined : shownIn(next)
      }
    }
  }
  const shownIn = (address: string): Shown[] =>
    [...new URL(address).searchParams].map(([name, value]) =>
      name === '_cursor' ? [name, value, 'hashed'] : [name, value],
    )

  /** Whether all that reached the server and was cancelled has ended: what a Bundle is as a whole is written down last. */
  async function haveEnded({ reached }: Sender): Promise<boolean> {
    const rows = await hospital.db.rows(sql<{ entry: string }>`SELECT entry FROM audit.intake`)
    const entries = rows.flatMap(({ entry }) => entry.split('\n')).map((line) => JSON.parse(line) as AuditEntry)
    const ended = new Map(Map.groupBy(entries, ({ request }) => request))
    return given
      .filter(({ asked }) => reached.has(asked.id))
      .every(({ asked }) =>
        ended
          .get(asked.id)
          ?.some(({ action }) => asked.bundle === undefined || action === 'batch' || action === 'transaction'),
      )
  }

  async function sealAll(): Promise<Ledger> {
    const ledger = await openLedger(ledgers.control, { key: openMasterKey(randomBytes(32)), former: [] })
    const options = { ...ledger, nowMs: () => Date.now(), most: 500 }
    // Until nothing waits: what was recorded while anybody's transaction is open, autovacuum's too, is sealed after that.
    await until('all is sealed', async () => {
      await sealNext(options, { name: 'record', db: hospital.db })
      const [row] = await hospital.db.rows(sql<{ n: number }>`SELECT count(*)::int AS n FROM audit.intake`)
      return row?.n === 0
    })
    return ledger
  }

  async function readLedger(ledger: Ledger): Promise<AuditEntry[]> {
    const all: AuditEntry[] = []
    for (let before = Number.MAX_SAFE_INTEGER; before > 0; ) {
      const page = await searchLedger(ledger, { before, most: 1_000 })
      for (const { entry } of page) all.push(entry as AuditEntry)
      before = page.at(-1)?.index ?? 0
    }
    return all
  }

  /** What there must be of a request that was cancelled; nothing when it did not reach the server. */
  function expectedOfCancelled(one: Cancelled, { reached }: Sender): Expected[] {
    const { asked, like } = one
    if (!reached.has(asked.id)) return []
    const answer = like === undefined ? answerInRecord(one, book, alike) : (alike[like] as Answer)
    return model(asked, answer ?? BROKEN_OFF, book)
  }

  test('is what a model says that it must be: none missing, none invented, each once', async (t) => {
    t.diagnostic(`seed ${SEED}`)
    using sender = openSender(hospital, TOGETHER)
    await send(sender, { ...requests.beginning('first'), id: nextId() })
    for (const step of makingStill()) await send(sender, { ...step, id: nextId() })
    for (const step of ALIKE) alike.push(await send(sender, { ...step, id: nextId() }))
    const from = performance.now()
    const worker = async () => {
      while (answered.length + given.length < REQUESTS) await ask(sender)
    }
    await Promise.all(Array.from({ length: TOGETHER }, worker))
    t.diagnostic(`${answered.length + given.length} requests in ${Math.round(performance.now() - from)} ms`)
    await until('the end of what was cancelled', () => haveEnded(sender))
    await readRecord(sender)
    const ledger = await sealAll()
    assert.equal((await verifyLedger(ledger)).well, true)
    const entries = await readLedger(ledger)
    assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length)

    const byRequest = Map.groupBy(entries, ({ request }) => request)
    const hashes = new Hashes()
    const compared: Compared[] = [
      ...answered.map(({ asked, answer }) =>
        compare(asked, model(asked, answer, book), byRequest.get(asked.id) ?? [], hashes),
      ),
      ...given.map((one) => {
        const { asked } = one
        const reached = sender.reached.get(asked.id) ?? {}
        return compare(asked, expectedOfCancelled(one, sender), byRequest.get(asked.id) ?? [], hashes, reached)
      }),
    ]
    const known = new Set([...answered, ...given].map(({ asked }) => asked.id))
    const counts = Object.groupBy(entries, ({ outcome }) => outcome)
    t.diagnostic(
      `${entries.length} entries: ${Object.entries(counts)
        .map(([what, list]) => `${list.length} ${what}`)
        .join(', ')}`,
    )
    const arrived = given.filter(({ asked }) => sender.reached.has(asked.id)).length
    t.diagnostic(`${given.length} requests were cancelled, ${arrived} of them reached the server`)
    const differences = compared.flatMap(({ difference }): Difference[] => (difference ? [difference] : []))
    t.diagnostic(`${differences.length} requests differ`)
    assert.deepEqual(differences.slice(0, 10), [])
    const ofNobody = entries.filter(({ request }) => !known.has(request))
    assert.deepEqual(
      ofNobody.map(({ action, code, status }) => ({ action, code, status })),
      [],
    )
    assertEachVersionIsTold(compared)
  })

  /** A change is in the record if, and only if, one entry tells of it; of a deletion, others may have found it so. */
  function assertEachVersionIsTold(compared: readonly Compared[]): void {
    const told = compared.flatMap(({ pairs }) =>
      pairs.flatMap(([{ makes }, { resources, patients }]) =>
        makes === undefined ? [] : [{ name: resources[0] as string, patients }],
      ),
    )
    const byName = Map.groupBy(told, ({ name }) => name)
    for (const [name, { deleted }] of book) {
      const makers = byName.get(name) ?? []
      if (!deleted) assert.equal(makers.length, 1, name)
      else {
        const [type, id, , version] = name.split('/')
        const { patients = [] } = book.get(`${type}/${id}/_history/${Number(version) - 1}`) ?? {}
        assert.ok(makers.length > 0, name)
        if (type !== 'Patient' && patients.length > 0)
          assert.equal(makers.filter((one) => one.patients.length > 0).length, 1, name)
      }
      byName.delete(name)
    }
    assert.deepEqual([...byName.keys()], [])
  }
})

/** What a request is that the server did not get to its end. */
const BROKEN_OFF: Answer = {
  status: 400,
  headers: {},
  body: JSON.stringify({ issue: [{ details: { coding: [{ code: 'http/malformed-request' }] } }] }),
}
