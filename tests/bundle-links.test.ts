/** What the links between entries of batches and transactions lead to. https://hl7.org/fhir/R4/bundle.html#references */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Fault } from '#foundation/fault.ts'
import { CALLER } from './support/audit.ts'
import { bundle, refersTo, transaction } from './support/bundles.ts'
import { clientOf } from './support/client.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const BASE = 'http://h/fhir/R4'

describe('a Bundle', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
  })

  const submit = async (text: string, key?: string) =>
    JSON.parse((await hospital.record.submit(CALLER, text, BASE, key)).text)
  const patient = async (more: object = {}) =>
    (await hospital.record.create(CALLER, 'Patient', JSON.stringify({ resourceType: 'Patient', ...more }))).version.id

  test('that links to no entry of its own is refused by the place of the link, and nothing of it is kept', async () => {
    const link = 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000001'
    const linked = {
      fullUrl: link,
      resource: { resourceType: 'Patient', id: 'linked' },
      request: { method: 'PUT', url: 'Patient/linked' },
    }
    for (const nowhere of ['urn:uuid:1e1e1e1e-0000-4000-8000-000000000002', 'urn:oid:1.2.3']) {
      await assert.rejects(
        hospital.record.submit(CALLER, transaction(linked, refersTo(link, nowhere)), BASE),
        (error) => {
          assert.ok(error instanceof Fault)
          assert.equal(error.code, 'record/invalid-resource')
          assert.deepEqual(
            error.problems.map(({ code, expression }) => [code, expression]),
            [['not-found', 'Bundle.entry[1].resource.member[1].entity.reference']],
          )
          return true
        },
      )
      assert.equal((await hospital.record.read(CALLER, 'Patient', 'linked')).is, 'unknown')
    }
    assert.equal((await submit(transaction(linked, refersTo(link)))).entry[1].response.status, '201 Created')
    // By itself a resource may name what is somewhere else.
    await hospital.record.create(CALLER, 'Group', JSON.stringify(refersTo('urn:oid:1.2.3').resource))
  })

  // They were stored as they came, or refused as leading nowhere.
  test('resolves links by the addresses that its entries have elsewhere, relative ones too', async () => {
    const at = (fullUrl: string | undefined, entry: object) => ({ ...(fullUrl && { fullUrl }), ...entry })
    const person = { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }
    for (const elsewhere of ['http://elsewhere.test/fhir', BASE]) {
      const made = await submit(
        transaction(
          at(`${elsewhere}/Patient/7`, person),
          at(`${elsewhere}/Group/1`, refersTo('Patient/7', `${elsewhere}/Patient/7`, 'http://third.test/Patient/7')),
          at('urn:uuid:1e1e1e1e-0000-4000-8000-000000000003', refersTo(`${elsewhere}/Patient/7`)),
        ),
      )
      const [patient, ...groups] = made.entry.map(({ response }: { response: { location: string } }) =>
        response.location.slice(BASE.length + 1).replace('/_history/1', ''),
      )
      const [first, second] = await Promise.all(
        groups.map(async (group: string) => {
          const found = await hospital.record.read(CALLER, 'Group', group.slice('Group/'.length))
          assert.ok(found.is === 'present')
          return [...found.version.text.matchAll(/"reference":"([^"]*)"/g)].map(([, reference]) => reference)
        }),
      )
      assert.deepEqual(first, [patient, patient, 'http://third.test/Patient/7'])
      assert.deepEqual(second, [patient])
    }
    await assert.rejects(
      hospital.record.submit(
        CALLER,
        transaction(at('http://elsewhere.test/Patient/8', person), refersTo('Patient/8')),
        BASE,
      ),
      { code: 'record/unknown-reference' },
    )
  })

  describe('from elsewhere', () => {
    const ELSEWHERE = 'http://elsewhere.test/fhir'
    const person = (fullUrl: string) => ({
      fullUrl,
      resource: { resourceType: 'Patient' },
      request: { method: 'POST', url: 'Patient' },
    })
    /** What is stored, as references of a Group that is the last entry, for what is sent as them. */
    const stored = async (text: string) => {
      const { location } = (await submit(text)).entry.at(-1).response
      const id = location.slice(`${BASE}/Group/`.length).split('/')[0]
      const found = await hospital.record.read(CALLER, 'Group', id)
      assert.ok(found.is === 'present')
      return (JSON.parse(found.version.text).member as { entity: { reference: string } }[]).map(
        ({ entity }) => entity.reference,
      )
    }
    const isNew = (reference: string | undefined) => assert.match(reference ?? '', /^Patient\/[\w-]{30,}$/)
    before(async () => {
      for (const id of ['7', '9']) {
        const resource = JSON.stringify({ resourceType: 'Patient', id })
        await hospital.record.update(CALLER, 'Patient', id, resource, {})
      }
    })

    // They lay in the chart of our own patient of that id.
    test('refers by its address to what stayed there, unless it keeps its id', async () => {
      const group = {
        fullUrl: `${ELSEWHERE}/Group/1`,
        ...refersTo('Patient/9', 'Patient/9/_history/2', `${BASE}/Patient/9`),
      }
      const kept = [`${ELSEWHERE}/Patient/9`, `${ELSEWHERE}/Patient/9/_history/2`, 'Patient/9']
      assert.deepEqual(await stored(transaction(group)), kept)
      assert.deepEqual(await stored(bundle('batch', group)), kept)
      const put = {
        ...group,
        resource: { ...group.resource, id: 'put' },
        request: { method: 'PUT', url: 'Group/put' },
      }
      assert.deepEqual(await stored(transaction(put)), ['Patient/9', 'Patient/9/_history/2', 'Patient/9'])
      const own = { ...group, fullUrl: `${BASE}/Group/1` }
      assert.deepEqual(await stored(transaction(own)), ['Patient/9', 'Patient/9/_history/2', 'Patient/9'])
      const quoted = { ...group, fullUrl: 'http://a"b\\/Group/1' }
      assert.equal((await stored(transaction(quoted)))[0], 'http://a"b\\/Patient/9')
    })

    // Our own became relative first, and then one of the entries.
    test('tells our own from what has the same id there', async () => {
      const send = clientOf(hospital)
      const group = { fullUrl: `${ELSEWHERE}/Group/1`, ...refersTo(`${hospital.base}/Patient/9`, 'Patient/9') }
      const entry = [person(`${ELSEWHERE}/Patient/9`), group]
      const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
      const { location } = (json.entry as { response: { location: string } }[])[1]?.response ?? { location: '' }
      const { member } = (await send('GET', location)).json as { member: { entity: { reference: string } }[] }
      assert.equal(member[0]?.entity.reference, 'Patient/9')
      isNew(member[1]?.entity.reference)
    })

    test('resolves what names a version', async () => {
      for (const base of [ELSEWHERE, BASE]) {
        const [first, second] = await stored(
          transaction(person(`${base}/Patient/7`), {
            fullUrl: `${base}/Group/1`,
            ...refersTo('Patient/7/_history/2', `${base}/Patient/7/_history/3`),
          }),
        )
        isNew(first)
        assert.equal(second, first)
      }
      // The versions of what is put here are ours.
      const put = {
        fullUrl: `${BASE}/Patient/7`,
        resource: { resourceType: 'Patient', id: '7' },
        request: { method: 'PUT', url: 'Patient/7' },
      }
      assert.deepEqual(await stored(transaction(put, refersTo('Patient/7/_history/1', `${BASE}/Patient/7`))), [
        'Patient/7/_history/1',
        'Patient/7',
      ])
    })

    // As PHP writes them.
    test('resolves what is written with escaped slashes', async () => {
      await patient({ identifier: [{ system: 'http://x.test/id', value: 'escaped' }] })
      const text = transaction(person(`${ELSEWHERE}/Patient/7`), {
        fullUrl: `${ELSEWHERE}/Group/1`,
        ...refersTo(
          'Patient/7',
          `${ELSEWHERE}/Patient/7`,
          'Patient?identifier=http://x.test/id|escaped',
          `${BASE}/Patient/9`,
          'Patient/8',
        ),
      }).replaceAll('/', '\\/')
      const [relative, whole, conditional, ...others] = await stored(text)
      isNew(relative)
      assert.equal(whole, relative)
      isNew(conditional)
      assert.deepEqual(others, ['Patient/9', `${ELSEWHERE}/Patient/8`])
    })
  })

  test('that is a batch may refer to itself', async () => {
    const fullUrl = 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000005'
    const { entry } = await submit(bundle('batch', { fullUrl, ...refersTo(fullUrl) }))
    assert.equal(entry[0].response.status, '201 Created')
  })

  test('that is a batch refuses an entry that links to another, and carries out the others', async () => {
    const link = 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000004'
    const person = { fullUrl: link, resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }
    const { entry } = await submit(bundle('batch', person, refersTo(link), refersTo(`${link}0`)))
    const statuses = entry.map(({ response }: { response: { status: string } }) => response.status)
    assert.deepEqual(statuses, ['201 Created', '400 Bad Request', '201 Created'])
    assert.match(JSON.stringify(entry[1]), /refers to an entry by its fullUrl, which only a transaction resolves/)
  })
})
