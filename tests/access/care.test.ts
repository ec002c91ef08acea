/** Who cares for whom: what the resources say, from the moment they are stored until they say something else. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { type ChartGround, chartGround } from '../support/chart-ground.ts'
import type { Send } from '../support/client.ts'
import { ofSuite } from '../support/suite.ts'

const DORA = { reference: 'Practitioner/dora' }
const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString()
const A_MONTH_AGO = new Date(Date.now() - 31 * 86_400_000).toISOString()
const TODAY = new Date().toISOString()

const encounter = (id: string, patient: string, more: object) => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: `Patient/${patient}` },
  ...more,
})
const participant = [{ individual: DORA }]

/** A resource by which Dora cares for a patient, and the same as it says that she no longer does. */
const SOURCES: Readonly<Record<string, (patient: string) => { readonly begins: object; readonly ends: object }>> = {
  'a CareTeam': (patient) => {
    const team = (more: object) => ({
      resourceType: 'CareTeam',
      id: 't',
      status: 'active',
      subject: { reference: `Patient/${patient}` },
      participant: [{ member: { reference: 'Practitioner/dora/_history/1' } }],
      ...more,
    })
    return { begins: team({ period: { end: IN_A_MONTH } }), ends: team({ period: { end: TODAY } }) }
  },
  'an Encounter': (patient) => ({
    begins: encounter('e', patient, { participant }),
    ends: encounter('e', patient, {}),
  }),
  'an Encounter that was finished less than thirty days ago': (patient) => ({
    begins: encounter('e', patient, { participant, status: 'finished', period: { end: TODAY } }),
    ends: encounter('e', patient, { participant, status: 'finished', period: { end: A_MONTH_AGO } }),
  }),
  'an EpisodeOfCare': (patient) => {
    const episode = (status: string) => ({
      resourceType: 'EpisodeOfCare',
      id: 'c',
      status,
      patient: { reference: `Patient/${patient}` },
      careManager: DORA,
    })
    return { begins: episode('active'), ends: episode('cancelled') }
  },
  'an Appointment': (patient) => {
    const appointment = (status: string) => ({
      resourceType: 'Appointment',
      id: 'a',
      status,
      participant: [
        { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
        { actor: DORA, status: 'accepted' },
      ],
    })
    return { begins: appointment('booked'), ends: appointment('cancelled') }
  },
  'a general practitioner': (patient) => ({
    begins: { resourceType: 'Patient', id: patient, generalPractitioner: [DORA] },
    ends: { resourceType: 'Patient', id: patient },
  }),
}

describe('who cares for a patient', () => {
  let ground: ChartGround
  let dora: Send
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite)
    dora = ground.as('physician')
  })
  const put = async (resource: object) => {
    const { resourceType, id } = resource as { resourceType: string; id: string }
    const { status, body } = await ground.owner('PUT', `${resourceType}/${id}`, resource)
    assert.ok(status < 300, body)
  }
  const sees = async (patient: string) => (await dora('GET', `Patient/${patient}`)).status === 200

  for (const [name, source] of Object.entries(SOURCES))
    test(`is told by ${name}, at once, and until it says otherwise`, async () => {
      const { begins, ends } = source('other')
      assert.equal(await sees('other'), false)
      await put(begins)
      assert.equal(await sees('other'), true)
      await put(ends)
      assert.equal(await sees('other'), false)
      await put(begins)
      const { resourceType, id } = begins as { resourceType: string; id: string }
      if (resourceType === 'Patient') await put(ends)
      else await ground.owner('DELETE', `${resourceType}/${id}`)
      assert.equal(await sees('other'), false)
    })

  test('is told by the ward in which they lie, whichever bed of it, for whoever works there', async () => {
    const location = (id: string, partOf?: string) => ({
      resourceType: 'Location',
      id,
      ...(partOf && { partOf: { reference: `Location/${partOf}` } }),
    })
    const role = (active: boolean) => ({
      resourceType: 'PractitionerRole',
      id: 'dora-on-ward',
      active,
      practitioner: DORA,
      location: [{ reference: 'Location/ward' }],
    })
    const inBed = (status: string) =>
      encounter('lies', 'other', { location: [{ location: { reference: 'Location/bed' }, status }] })
    await put(inBed('active'))
    await put(role(true))
    assert.equal(await sees('other'), false)
    // The bed is put into the ward after somebody lies in it.
    await put(location('ward'))
    await put(location('room', 'ward'))
    await put(location('bed', 'room'))
    assert.equal(await sees('other'), true)
    await put(location('room', 'other-ward'))
    assert.equal(await sees('other'), false)
    await put(location('room', 'ward'))
    assert.equal(await sees('other'), true)
    await put(role(false))
    assert.equal(await sees('other'), false)
    await put(role(true))
    await put(inBed('completed'))
    assert.equal(await sees('other'), false)
  })

  test('is told within the very transaction, and is undone with it', async () => {
    const entry = (resource: object, url: string) => ({ resource, request: { method: 'PUT', url } })
    const bundle = (more: object[]) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry(encounter('tx', 'other', { participant }), 'Encounter/tx'), ...more],
    })
    const bad = entry({ resourceType: 'Observation', id: 'bad' }, 'Observation/bad')
    assert.ok((await ground.owner('POST', '', bundle([bad]))).status >= 400)
    assert.equal(await sees('other'), false)
    assert.equal((await ground.owner('POST', '', bundle([]))).status, 200)
    assert.equal(await sees('other'), true)
    await ground.owner('DELETE', 'Encounter/tx')
  })

  test('can not be said by whoever would like to, not even in the transaction that would need it', async () => {
    const mine = encounter('mine', 'other', { participant })
    const { id: _id, ...fresh } = mine
    assert.equal((await dora('POST', 'Encounter', fresh)).status, 403)
    assert.equal((await dora('PUT', 'Encounter/mine', mine)).status, 404)
    const entry = [
      { resource: fresh, request: { method: 'POST', url: 'Encounter' } },
      { request: { method: 'GET', url: 'Patient/other' } },
    ]
    assert.equal((await dora('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status, 403)
    assert.equal(await sees('other'), false)
  })

  test('is not who is named beside somebody whom one cares for', async () => {
    const provenance = (...patients: string[]) => ({
      resourceType: 'Provenance',
      target: patients.map((id) => ({ reference: `Patient/${id}` })),
      recorded: TODAY,
      agent: [{ who: DORA }],
    })
    assert.equal((await dora('POST', 'Provenance', provenance('own'))).status, 201)
    assert.equal((await dora('POST', 'Provenance', provenance('own', 'other'))).status, 403)
    assert.equal((await dora('POST', 'Provenance', provenance())).status, 422)
  })

  test('may be told by whoever registers them, in the same transaction', async () => {
    const subject = { reference: 'urn:uuid:05e3b3b0-0000-4000-8000-000000000001' }
    const entry = [
      {
        fullUrl: subject.reference,
        resource: { resourceType: 'Patient', generalPractitioner: [DORA] },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        resource: { resourceType: 'Condition', subject, code: { text: 'found in the street' } },
        request: { method: 'POST', url: 'Condition' },
      },
    ]
    const answer = await dora('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
    assert.equal(answer.status, 200, answer.body)
    const [patient] = answer.json.entry as { response: { location: string } }[]
    assert.equal((await dora('GET', String(patient?.response.location))).status, 200)
  })

  test('sees nothing of theirs while their own record is labelled', async () => {
    const labelled = (security: object[]) => ({
      resourceType: 'Patient',
      id: 'own',
      ...(security.length > 0 && { meta: { security } }),
    })
    const system = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
    const finds = async () => (await dora('GET', 'Condition?_id=own-condition')).json.total
    for (const label of [{ system, code: 'V' }, { code: 'V' }]) {
      await put(labelled([label]))
      const labels = await ground.hospital.db.rows(
        sql<{ label: string }>`SELECT label FROM record.restricted WHERE patient = 'own'`,
      )
      assert.deepEqual(labels, [{ label: 'V' }])
      assert.equal(await sees('own'), false)
      assert.equal((await dora('GET', 'Condition/own-condition')).status, 404)
      assert.equal(await finds(), 0)
      await put(labelled([{ system, code: 'N' }]))
      assert.equal((await dora('GET', 'Condition/own-condition')).status, 200)
      assert.equal(await finds(), 1)
    }
  })

  test('decides about what several patients are named by as soon as one is restricted', async () => {
    const both = ['own', 'restricted'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' }))
    await put({ resourceType: 'Appointment', id: 'both', status: 'booked', participant: both })
    assert.equal((await ground.as('nurse')('GET', 'Appointment/both')).status, 404)
    assert.equal((await dora('GET', 'Appointment/both')).status, 200)
  })

  test('a reference names somebody only when it is one of the types with an id, perhaps of a version', async () => {
    const { db } = ground.hospital
    const longest = 'x'.repeat(64)
    const named = async (reference: string | null): Promise<string | null> => {
      const types = 'Practitioner|PractitionerRole'
      const [row] = await db.rows(sql<{ named: string | null }>`SELECT record.named(${reference}, ${types}) AS named`)
      return (row as { named: string | null }).named
    }
    for (const one of ['Practitioner/a.B-1', 'PractitionerRole/7', `Practitioner/${longest}`]) {
      assert.equal(await named(one), one)
      assert.equal(await named(`${one}/_history/3`), one)
      for (const more of ['/', '/_history', '/_history/', '/_history/3/4', '/x/3', ' ', '#a', 'é'])
        assert.equal(await named(`${one}${more}`), null, more)
      for (const less of ['http://a.example/', '/', ' ', 'x']) assert.equal(await named(`${less}${one}`), null, less)
    }
    for (const one of [`Practitioner/${longest}x`, 'Practitioner/', 'Practitioner', 'Patient/1', '/1', '', '/', null])
      assert.equal(await named(one), null)
  })
})
