/**
 * Every role × every interaction × a patient in care, another and a restricted one × every way of asking. The ways are those
 * of the route table: one that is added is missing here until somebody says what it is to allow.
 */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Door } from '../../src/http/fhir/door.ts'
import { fhirRoutes, learningRoutes } from '../../src/http/fhir/routes.ts'
import {
  type ChartGround,
  chartGround,
  idOf,
  PATIENTS,
  SAMPLE_NAMES,
  type Sample,
  typeOf,
} from '../support/chart-ground.ts'
import { ofSuite } from '../support/suite.ts'
import { type Asking, CHANGES, HIDDEN, OPENS, READS_TRAIL } from './expected.ts'
import {
  ASKING,
  bare,
  bundle,
  type Case,
  CHANGING,
  changed,
  DELETING,
  form,
  fresh,
  LOOKING,
  OTHER_WAYS,
  refuseLeaks,
  resourcesIn,
  searchedFirst,
  seen,
} from './ways.ts'

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
    const hospital = fhirRoutes({} as Door, { address: () => undefined, key: undefined })
    const routes = { ...hospital, ...learningRoutes({} as Door, {} as never) }
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
