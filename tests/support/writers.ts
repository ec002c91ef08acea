/** Writers who remember what was acknowledged, and a reader who checks that it is all there. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Running } from './running.ts'

interface Acknowledged {
  /** Last acknowledged version by `Type/id`. Somebody may have written one more that nobody was told of. */
  readonly versions: Map<string, number>
  /** Bundles by Idempotency-Key: the ids they are about, and the answer when there was one. */
  readonly bundles: Map<string, { readonly ids: readonly string[]; answer?: string }>
}

export interface Writers {
  /** How many writes were acknowledged so far. */
  readonly count: () => number
  /** Writes until the server is gone. */
  readonly write: (running: Running) => Promise<void>
  /**
   * Throws unless all that was acknowledged since the check before is there, in its version, and each Bundle is there as a
   * whole or not at all.
   */
  readonly check: (running: Running) => Promise<void>
  /** The same of all that was ever acknowledged. */
  readonly checkAll: (running: Running) => Promise<void>
}

const TOGETHER = 16

export function openWriters(): Writers {
  const nothing = (): Acknowledged => ({ versions: new Map(), bundles: new Map() })
  let [acknowledged, before] = [nothing(), nothing()]
  let count = 0

  const remember = (name: string, version: number) => {
    count++
    acknowledged.versions.set(name, version)
  }

  const writer = async (running: Running, number: number): Promise<void> => {
    for (let turn = 0; ; turn++) {
      if (number % 4 === 3) await bundle(running, acknowledged, () => count++)
      else await resource(running, turn, remember)
    }
  }

  const check = async (running: Running, { versions, bundles }: Acknowledged) => {
    await inTurn([...versions], ([name, version]) => checkVersion(running, name, version))
    await inTurn([...bundles], async ([key, one]) => {
      one.answer = await checkBundle(running, key, one.ids, one.answer)
    })
  }

  return {
    count: () => count,
    async write(running) {
      const all = Array.from({ length: TOGETHER }, (_, number) => writer(running, number).catch(lostConnection))
      await Promise.all(all)
    },
    async check(running) {
      await check(running, acknowledged)
      const { versions, bundles } = acknowledged
      before = {
        versions: new Map([...before.versions, ...versions]),
        bundles: new Map([...before.bundles, ...bundles]),
      }
      acknowledged = nothing()
    },
    checkAll: (running) => check(running, before),
  }
}

/** A killed server cuts connections; whatever else a writer meets is a finding. */
function lostConnection(error: unknown): void {
  if (!(error instanceof TypeError) && !(error instanceof Unavailable)) throw error
}

class Unavailable extends Error {}

/** The answer's JSON; a 503 acknowledges nothing, anything else must be a success. */
async function json(answer: Response): Promise<{ id: string; meta: { versionId: string } }> {
  if (answer.status === 503) throw new Unavailable()
  const text = await answer.text()
  assert.ok(answer.ok, `${answer.status} ${text}`)
  return JSON.parse(text)
}

/** Creates a resource and updates it twice, every other one under an id of its own choice. */
async function resource(running: Running, turn: number, remember: (name: string, version: number) => void) {
  const family = `turn-${turn}`
  const ours = turn % 2 === 0 ? undefined : randomUUID()
  const body = (id?: string) => ({ resourceType: 'Patient', ...(id !== undefined && { id }), name: [{ family }] })
  const made = await json(
    ours === undefined
      ? await running.send('POST', '/fhir/R4/Patient', body())
      : await running.send('PUT', `/fhir/R4/Patient/${ours}`, body(ours)),
  )
  const name = `Patient/${made.id}`
  remember(name, Number(made.meta.versionId))
  for (let again = 0; again < 2; again++) {
    const next = await json(await running.send('PUT', `/fhir/R4/${name}`, { ...body(made.id), active: again === 0 }))
    remember(name, Number(next.meta.versionId))
  }
}

/** A transaction of two resources under an Idempotency-Key. */
async function bundle(running: Running, { bundles }: Acknowledged, done: () => void): Promise<void> {
  const key = randomUUID()
  const ids = [randomUUID(), randomUUID()]
  bundles.set(key, { ids })
  const answer = await submit(running, key, ids)
  const text = await answer.text()
  if (answer.status === 503) throw new Unavailable()
  assert.equal(answer.status, 200, text)
  bundles.set(key, { ids, answer: text })
  done()
}

const submit = (running: Running, key: string, ids: readonly string[]): Promise<Response> =>
  running.send(
    'POST',
    '/fhir/R4',
    {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ids.map((id) => ({
        resource: { resourceType: 'Basic', id, code: { text: key } },
        request: { method: 'PUT', url: `Basic/${id}` },
      })),
    },
    { 'idempotency-key': key },
  )

async function checkVersion(running: Running, name: string, version: number): Promise<void> {
  const past = await running.ask(`/fhir/R4/${name}/_history/${version}`)
  assert.equal(past.status, 200, `${name} has lost version ${version}`)
  const now = await json(await running.ask(`/fhir/R4/${name}`))
  const current = Number(now.meta.versionId)
  assert.ok(current === version || current === version + 1, `${name} is at ${current}, acknowledged was ${version}`)
}

/** Sends the Bundle again, which must change nothing that was done; gives the answer. */
async function checkBundle(running: Running, key: string, ids: readonly string[], answer?: string): Promise<string> {
  const found = await Promise.all(ids.map(async (id) => (await running.ask(`/fhir/R4/Basic/${id}`)).status))
  assert.ok(
    found.every((status) => status === found[0]),
    `half of a transaction is there: ${found}`,
  )
  if (answer !== undefined) assert.equal(found[0], 200, 'an acknowledged transaction is gone')
  const again = await submit(running, key, ids)
  const text = await again.text()
  assert.equal(again.status, 200, text)
  if (answer !== undefined) assert.equal(text, answer)
  const version = (await json(await running.ask(`/fhir/R4/Basic/${ids[0]}`))).meta.versionId
  assert.equal(version, '1', 'a Bundle under an Idempotency-Key was carried out twice')
  return text
}

/** Does `work` for each, several at a time. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values()
  const worker = async () => {
    for (const one of rest) await work(one)
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
}
