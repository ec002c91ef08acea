/**
 * Every role × every interaction × a patient in care, another and a restricted one × every way of asking. The ways are those
 * of the route table: one that is added is missing here until somebody says what it is to allow.
 */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ROLES } from '#identity/entry'
import type { Door } from '../../src/http/fhir/door.ts'
import { fhirRoutes } from '../../src/http/fhir/routes.ts'
import {
  type ChartGround,
  chartGround,
  idOf,
  PATIENTS,
  SAMPLE_NAMES,
  SAMPLES,
  type Sample,
  typeOf,
  type Whose,
} from '../support/chart-ground.ts'
import type { Answer, Json, Send } from '../support/client.ts'
import { ofSuite } from '../support/suite.ts'
import { type Asking, CHANGES, type Change, HIDDEN, OPENS, READS_TRAIL, SEES } from './expected.ts'

const ASKING: readonly Asking[] = [...ROLES, 'service']

/** One resource, asked for by one person. `absent`: the same of an id that nobody has. */
interface Case {
  readonly role: Asking
  readonly sample: Sample
  readonly whose: Whose
  readonly type: string
  readonly id: string
  readonly send: Send
}

type Outcome = 'done' | 'absent' | 'refused'
/** Tries it; gives what came of it, with all that was answered. */
type Way = (one: Case) => Promise<{ readonly outcome: Outcome; readonly answer: Answer }>

const seen = (role: Asking, sample: Sample, whose: Whose): Outcome =>
  outcomeIn(SEES[role][sample], whose, sample, (one) => SEES[role][one])

function outcomeIn(
  table: string | undefined,
  whose: Whose,
  sample: Sample,
  ofSample: (one: Sample) => string | undefined,
): Outcome {
  const letters = { own: 'o', other: 'x', restricted: 'r' }
  if (table?.includes(letters[whose])) return 'done'
  return SAMPLE_NAMES.some((one) => typeOf(one) === typeOf(sample) && ofSample(one) !== undefined)
    ? 'absent'
    : 'refused'
}

/** What a change is answered with: refused altogether, absent when it isn't seen, refused when it is seen and not to be changed. */
function changed({ role, sample, whose }: Case, change: 'update' | 'delete'): Outcome {
  const may = outcomeIn(CHANGES[change][role][sample], whose, sample, (one) => CHANGES[change][role][one])
  if (may === 'refused') return 'refused'
  if (seen(role, sample, whose) !== 'done') return 'absent'
  return may === 'done' ? 'done' : 'refused'
}

const ofStatus = (answer: Answer): Outcome => {
  if (answer.status === 403) return 'refused'
  if (answer.status === 404) return 'absent'
  assert.ok(answer.status < 300, `${answer.status} ${answer.body}`)
  return 'done'
}

/** All resources in an answer, at any depth of Bundles. */
function resourcesIn(json: unknown): Json[] {
  const { resourceType, entry } = json as { resourceType?: string; entry?: { resource?: Json; response?: Json }[] }
  if (resourceType !== 'Bundle') return [json as Json]
  return (entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : resourcesIn(resource)))
}

const get =
  (path: (one: Case) => string): Way =>
  async (one) => {
    const answer = await one.send('GET', path(one))
    return { outcome: ofStatus(answer), answer }
  }

/** Of a search: found or not; that it counts so too. */
const searched =
  (ask: (one: Case, query: string) => Promise<Answer>): Way =>
  async (one) => {
    const answer = await ask(one, `_id=${one.id}`)
    const counted = await ask(one, `_id=${one.id}&_summary=count`)
    assert.equal(counted.status, answer.status)
    if (answer.status === 403) return { outcome: 'refused', answer }
    assert.equal(answer.status, 200, answer.body)
    const found = resourcesIn(answer.json).length
    assert.equal(answer.json.total, found)
    assert.equal(counted.json.total, found)
    return { outcome: found === 1 ? 'done' : 'absent', answer }
  }

const listed = async (one: Case, first: string): Promise<{ outcome: Outcome; answer: Answer }> => {
  for (let path: string | undefined = first; ; ) {
    const answer: Answer = await one.send('GET', path)
    if (answer.status === 403) return { outcome: 'refused', answer }
    assert.equal(answer.status, 200, answer.body)
    if (resourcesIn(answer.json).some(({ resourceType, id }) => resourceType === one.type && id === one.id))
      return { outcome: 'done', answer }
    path = (answer.json.link as { relation: string; url: string }[]).find(({ relation }) => relation === 'next')?.url
    if (path === undefined) return { outcome: 'absent', answer }
  }
}

const bodyOf = ({ sample, whose, id }: Case) => ({ ...SAMPLES[sample](whose), id, language: 'fr' })
const fresh = ({ sample, whose }: Case) => ({ ...SAMPLES[sample](whose), language: 'fr' })
const PATCH = [{ op: 'add', path: '/language', value: 'fr' }]
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
const form = (one: Case, path: string, body: string) =>
  one.send('POST', path, body, { 'content-type': 'application/x-www-form-urlencoded' })
const bundle = (type: string, method: string, url: string, resource?: object) => ({
  resourceType: 'Bundle',
  type,
  entry: [{ request: { method, url }, ...(resource && { resource }) }],
})

/** Asks for one entry; the answer stands for what the entry alone was answered with. */
const inBundle =
  (type: 'batch' | 'transaction', method: string, url: (one: Case) => string, resource?: (one: Case) => object): Way =>
  async (one) => {
    const answer = await one.send('POST', '', bundle(type, method, url(one), resource?.(one)))
    if (answer.status !== 200) return { outcome: ofStatus(answer), answer }
    const [entry] = answer.json.entry as [{ resource?: Json; response: { status: string; outcome?: Json } }]
    const status = Number.parseInt(entry.response.status, 10)
    return { outcome: ofStatus({ ...answer, status } as Answer), answer }
  }

/** How each resource can be looked at. */
const LOOKING: Readonly<Record<string, Way>> = {
  'GET /fhir/R4/:type/:id': get(({ type, id }) => `${type}/${id}`),
  'GET /fhir/R4/:type/:id/_history/:version': get(({ type, id }) => `${type}/${id}/_history/1`),
  'GET /fhir/R4/:type/:id/_history': get(({ type, id }) => `${type}/${id}/_history`),
  'GET /fhir/R4/:type': searched((one, query) => one.send('GET', `${one.type}?${query}`)),
  'POST /fhir/R4/:type/_search': searched((one, query) => form(one, `${one.type}/_search`, query)),
  'GET /fhir/R4': searched((one, query) => one.send('GET', `?_type=${one.type}&${query}`)),
  'POST /fhir/R4/_search': searched((one, query) => form(one, '_search', `_type=${one.type}&${query}`)),
  'GET /fhir/R4/:type/_history': (one) => listed(one, `${one.type}/_history?_count=7`),
  'GET /fhir/R4/_history': async (one) => {
    const { outcome, answer } = await listed(one, '_history?_count=1000')
    // Of the whole system what may not be seen at all is not refused: it is not in it.
    const isRefused = outcome === 'absent' && seen(one.role, one.sample, one.whose) === 'refused'
    return { outcome: isRefused ? 'refused' : outcome, answer }
  },
  'POST /fhir/R4 batch read': inBundle('batch', 'GET', ({ type, id }) => `${type}/${id}`),
  'POST /fhir/R4 batch vread': inBundle('batch', 'GET', ({ type, id }) => `${type}/${id}/_history/1`),
  'POST /fhir/R4 transaction read': inBundle('transaction', 'GET', ({ type, id }) => `${type}/${id}`),
  'POST /fhir/R4 transaction history': inBundle('transaction', 'GET', ({ type, id }) => `${type}/${id}/_history`),
}

/** How each resource can be changed, and by which right. */
const CHANGING: Readonly<Record<string, { readonly right: Exclude<Change, 'create'>; readonly way: Way }>> = {
  'PUT /fhir/R4/:type/:id': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PUT', `${one.type}/${one.id}`, bodyOf(one))
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PATCH /fhir/R4/:type/:id': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PATCH', `${one.type}/${one.id}`, PATCH, JSON_PATCH)
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PATCH /fhir/R4/:type': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PATCH', `${one.type}?_id=${one.id}`, PATCH, JSON_PATCH)
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PUT /fhir/R4/:type': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PUT', `${one.type}?_id=${one.id}`, bodyOf(one))
      return { outcome: ofStatus(answer), answer }
    },
  },
  'POST /fhir/R4 batch update': {
    right: 'update',
    way: inBundle('batch', 'PUT', ({ type, id }) => `${type}/${id}`, bodyOf),
  },
  'POST /fhir/R4 transaction update': {
    right: 'update',
    way: inBundle('transaction', 'PUT', ({ type, id }) => `${type}/${id}`, bodyOf),
  },
}

/** By which ways a resource can be deleted; that nothing was there is answered like that nothing was seen. */
const DELETING: Readonly<Record<string, (one: Case) => Promise<Answer>>> = {
  'DELETE /fhir/R4/:type/:id': ({ send, type, id }) => send('DELETE', `${type}/${id}`),
  'DELETE /fhir/R4/:type': ({ send, type, id }) => send('DELETE', `${type}?_id=${id}`),
  'POST /fhir/R4 transaction delete': ({ send, type, id }) =>
    send('POST', '', bundle('transaction', 'DELETE', `${type}/${id}`)),
}

/** Ways that are about no resource of a patient's, or have tests of their own below. */
const OTHER_WAYS: readonly string[] = [
  'POST /fhir/R4',
  'GET /fhir/R4/metadata',
  'POST /fhir/R4/:type',
  'GET /fhir/R4/$break-glass',
  'POST /fhir/R4/Patient/:id/$break-glass',
  'GET /fhir/R4/AuditEvent',
  'POST /fhir/R4/AuditEvent/_search',
  'GET /fhir/R4/AuditEvent/:id',
  // Refused to everybody, whoever they are: the trail is read only and has no versions.
  ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => [
    `${method} /fhir/R4/AuditEvent`,
    `${method} /fhir/R4/AuditEvent/:id`,
  ]),
  'GET /fhir/R4/AuditEvent/_history',
  'GET /fhir/R4/AuditEvent/:id/_history',
  'GET /fhir/R4/AuditEvent/:id/_history/:version',
]

/** Without what tells requests apart. */
const bare = ({ body }: Answer, id: string): string =>
  body.replaceAll(id, 'ID').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')

const TOGETHER = 8

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values()
  await Promise.all(
    Array.from({ length: TOGETHER }, async () => {
      for (const one of rest) await work(one)
    }),
  )
}

describe('who may see and change what', () => {
  let ground: ChartGround
  let cases: Case[]
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite)
    cases = ASKING.flatMap((role) =>
      SAMPLE_NAMES.flatMap((sample) =>
        PATIENTS.map((whose) => ({
          role,
          sample,
          whose,
          type: typeOf(sample),
          id: idOf(sample, whose),
          send: ground.as(role),
        })),
      ),
    )
  })

  test('each way of asking in the route table is tried here', () => {
    const routes = fhirRoutes({} as Door, {} as never, { address: () => undefined, key: undefined })
    const all = Object.entries(routes).flatMap(([url, methods]) => Object.keys(methods).map((one) => `${one} ${url}`))
    const tried = [...Object.keys(LOOKING), ...Object.keys(CHANGING), ...Object.keys(DELETING), ...OTHER_WAYS]
    const known = new Set(tried.map((one) => one.split(' ').slice(0, 2).join(' ')))
    assert.deepEqual(all.filter((one) => !known.has(one)).sort(), [])
    assert.deepEqual([...known].filter((one) => !all.includes(one)).sort(), [])
  })

  for (const [name, way] of Object.entries(LOOKING))
    test(`${name}: each role sees what the policy says, and of the rest not even that it is there`, async () => {
      await inTurns(cases, async (one) => {
        const { outcome, answer } = await way(one)
        const of = `${one.role} ${one.sample} ${one.whose}`
        assert.equal(outcome, seen(one.role, one.sample, one.whose), of)
        refuseLeaks(one, answer)
        if (outcome === 'done') return
        const absent = { ...one, id: `absent-${one.sample}` }
        const nothing = await way(absent)
        assert.equal(answer.status, nothing.answer.status, of)
        if (!name.endsWith('_history')) assert.equal(bare(answer, one.id), bare(nothing.answer, absent.id), of)
      })
    })

  for (const [name, { right, way }] of Object.entries(CHANGING))
    test(`${name}: each role changes what the policy says, and nothing else is changed`, async () => {
      await inTurns(cases, async (one) => {
        const of = `${one.role} ${one.sample} ${one.whose}`
        const was = await ground.owner('GET', `${one.type}/${one.id}`)
        const expected = changed(one, right)
        const { outcome, answer } = await way(one)
        // With the id in the body, what matches nothing would be created under that: it is refused like what isn't there.
        assert.equal(outcome, searchedFirst(name, one, expected), `${of} ${answer.body}`)
        refuseLeaks(one, answer)
        if (outcome === 'done') return
        const now = await ground.owner('GET', `${one.type}/${one.id}`)
        assert.equal(JSON.stringify(now.json.language), JSON.stringify(was.json.language), of)
        const absent = { ...one, id: `absent-${one.sample}` }
        if (outcome === 'absent') {
          const nothing = await way(absent)
          assert.equal(bare(answer, one.id), bare(nothing.answer, absent.id), of)
        }
      })
    })

  test('POST /fhir/R4/:type: each role creates what the policy says', async () => {
    await inTurns(cases, async (one) => {
      const table = CHANGES.create[one.role]
      const letters = { own: 'o', other: 'x', restricted: 'r' }
      const expected = table[one.sample]?.includes(letters[one.whose]) ? 201 : 403
      const answer = await one.send('POST', one.type, fresh(one))
      assert.equal(answer.status, expected, `${one.role} ${one.sample} ${one.whose} ${answer.body}`)
      const again = await one.send('POST', '', bundle('transaction', 'POST', one.type, fresh(one)))
      assert.equal(again.status, expected === 201 ? 200 : 403, `${one.role} ${one.sample} ${one.whose} ${again.body}`)
    })
  })

  test('what is in a Bundle’s history of everything, or comes along with something else, is nothing but what one sees', async () => {
    await inTurns([...ASKING], async (role) => {
      const one = { role, send: ground.as(role) }
      for (const type of new Set(SAMPLE_NAMES.map(typeOf))) {
        const includes = SAMPLE_NAMES.map((sample) => `&_revinclude:iterate=${typeOf(sample)}:*`).join('')
        const answer = await one.send('GET', `${type}?_include=*:*&_include=${type}:*${includes}`)
        if (answer.status === 200) refuseLeaks(one, answer)
        else assert.equal(answer.status, 403)
      }
    })
  })

  test('what is hidden is left out, can not be asked by, and is marked as left out', async () => {
    for (const [role, samples] of Object.entries(HIDDEN))
      for (const [sample, elements] of Object.entries(samples) as [Sample, readonly string[]][]) {
        const send = ground.as(role as Asking)
        const path = `${typeOf(sample)}/${idOf(sample, 'own')}`
        const answers = [
          (await send('GET', path)).json,
          (await send('GET', `${path}/_history/1`)).json,
          ...resourcesIn((await send('GET', `${path}/_history`)).json),
          ...resourcesIn((await send('GET', `${typeOf(sample)}?_id=${idOf(sample, 'own')}`)).json),
        ]
        assert.ok(answers.length >= 4)
        for (const resource of answers) {
          for (const element of elements) assert.equal(resource[element], undefined)
          const { tag } = resource.meta as { tag?: { code: string }[] }
          assert.ok(tag?.some(({ code }) => code === 'SUBSETTED'))
        }
      }
    const lab = ground.as('laboratory')
    const strict = { prefer: 'handling=strict' }
    assert.equal((await lab('GET', 'Patient?phone=phone-of-own', undefined, strict)).status, 400)
    assert.ok(Number((await ground.owner('GET', 'Patient?phone=phone-of-own')).json.total) > 0)
    assert.equal((await lab('GET', 'Patient?phone=phone-of-own')).body.includes('"code":"not-supported"'), true)
  })

  test('the audit trail, and which charts were opened in an emergency, is for those who review it', async () => {
    for (const role of ASKING) {
      const send = ground.as(role)
      // There is no ledger beside this hospital: whoever may ask is told that it is away.
      const expected = READS_TRAIL.includes(role) ? 503 : 403
      if (role !== 'service') {
        assert.equal((await send('GET', 'AuditEvent')).status, expected, role)
        assert.equal((await send('GET', 'AuditEvent/x')).status, expected, role)
        assert.equal((await form({ send } as Case, 'AuditEvent/_search', '')).status, expected, role)
        assert.equal((await send('GET', '$break-glass')).status, expected === 503 ? 200 : 403, role)
      }
      assert.equal((await send('GET', 'metadata')).status, 200, role)
    }
  })

  test('only who may open a chart in an emergency can', async () => {
    const reason = { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'unconscious in the ER' }] }
    for (const role of ASKING) {
      if (OPENS.includes(role)) continue
      assert.equal((await ground.as(role)('POST', 'Patient/other/$break-glass', reason)).status, 403, role)
    }
  })

  test('what may not be deleted stays, and who may not see it is answered as if it were not there', async () => {
    for (const [name, remove] of Object.entries(DELETING))
      await inTurns(
        cases.filter((one) => changed(one, 'delete') !== 'done'),
        async (one) => {
          const answer = await remove(one)
          const of = `${name} ${one.role} ${one.sample} ${one.whose}`
          const expected = changed(one, 'delete')
          if (expected === 'refused') assert.equal(answer.status, 403, of)
          else {
            const nothing = await remove({ ...one, id: `absent-${one.sample}` })
            assert.equal(answer.status, nothing.status, of)
            assert.equal(bare(answer, one.id), bare(nothing, `absent-${one.sample}`), of)
          }
          assert.equal((await ground.owner('GET', `${one.type}/${one.id}`)).status, 200, of)
        },
      )
  })

  test('what may be deleted is', async () => {
    const one = cases.find(
      ({ role, sample, whose }) => role === 'front-desk' && sample === 'appointment' && whose === 'other',
    )
    assert.ok(one)
    assert.equal((await one.send('DELETE', `${one.type}/${one.id}`)).status, 204)
    assert.equal((await ground.owner('GET', `${one.type}/${one.id}`)).status, 410)
    assert.equal((await one.send('GET', `${one.type}/${one.id}`)).status, 404)
  })
})

/** A conditional change asks by a search first, which needs that right too. */
function searchedFirst(name: string, one: Case, expected: Outcome): Outcome {
  if (!/^(PUT|PATCH) \/fhir\/R4\/:type$/.test(name) || expected === 'refused') return expected
  return seen(one.role, one.sample, one.whose) === 'refused' ? 'refused' : expected
}

/** Fails if an answer holds a sample that the role must not see. */
function refuseLeaks({ role }: Pick<Case, 'role'>, answer: Answer): void {
  if (answer.body === '' || answer.status >= 400) return
  for (const { resourceType, id } of resourcesIn(answer.json)) {
    const found = SAMPLE_NAMES.flatMap((sample) => PATIENTS.map((whose) => ({ sample, whose }))).find(
      ({ sample, whose }) => typeOf(sample) === resourceType && idOf(sample, whose) === id,
    )
    if (found) assert.equal(seen(role, found.sample, found.whose), 'done', `${role} got ${resourceType}/${id}`)
  }
}
