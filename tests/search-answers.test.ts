/** What a search tells about itself: https://hl7.org/fhir/R4/search.html#conformance and #errors */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, type Json, linkIn, refusalIn, resourcesIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const STRICT = { prefer: 'handling=strict' }

describe('the answer to a search', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
    for (const family of ['Adams', 'Baker', 'Clark'])
      assert.equal((await send('POST', 'Patient', { resourceType: 'Patient', name: [{ family }] })).status, 201)
  })

  const search = async (query: string) => (await send('GET', `Patient?${query}`)).json
  const warningsIn = (bundle: Json) =>
    resourcesIn(bundle, 'outcome').flatMap(({ issue }) =>
      (issue as { details: { text: string } }[]).map(({ details }) => details.text),
    )
  const selfOf = (bundle: Json) => decodeURIComponent(String(linkIn(bundle, 'self')).replace(/^.*\/Patient\??/, ''))

  const ignored: Readonly<Record<string, string>> = {
    'shoe-size=44': 'Parameter shoe-size is not supported for Patient. It was ignored.',
    'general-practitioner.name=Adams':
      'Parameter general-practitioner.name is not supported for Patient. It was ignored.',
    '_has:Observation:patient:code=x':
      'Parameter _has:Observation:patient:code is not supported for Patient. It was ignored.',
    '_type=Observation': 'Parameter _type is not supported for Patient. It was ignored.',
    'name=': 'Parameter name has no value. It was ignored.',
    _id: 'Parameter _id has no value. It was ignored.',
    '_sort=gender': 'Parameter _sort names something by which Patient cannot be sorted. It was ignored.',
    '_include=Patient:name':
      'Parameter _include names no reference that can be followed here; its form is Type:parameter. It was ignored.',
    'Jane%20Doe': 'Parameter number 2 of the request has no value. It was ignored.',
    [`${'x'.repeat(200)}=1`]: 'Parameter number 2 of the request is not supported for Patient. It was ignored.',
  }
  for (const [query, says] of Object.entries(ignored)) {
    test(`names what it ignored of ${query.slice(0, 40)}, and leaves it out of its self link`, async () => {
      const bundle = await search(`name=adams&${query}`)
      assert.deepEqual(warningsIn(bundle), [says])
      assert.equal(selfOf(bundle), 'name=adams')
      assert.equal(resourcesIn(bundle).length, 1)
    })

    test(`is a refusal that says the same of ${query.slice(0, 40)} when it is asked for strictly`, async () => {
      const answer = await send('GET', `Patient?name=adams&${query}`, undefined, STRICT)
      assert.equal(answer.status, 400)
      assert.equal(refusalIn(answer), 'record/unknown-parameter')
      const [issue] = answer.json.issue as { details: { text: string } }[]
      assert.equal(`${issue?.details.text} It was ignored.`, says)
    })
  }

  test('refuses strictly what README says that it can not do', async () => {
    for (const path of [
      'Observation?value-quantity=5',
      'Observation?code-value-quantity=x$5',
      'Location?near=1|2',
      'Observation?subject.name=x',
      'Patient?_has:Observation:patient:code=x',
      'Observation?_include=*',
      ...['_text', '_content', '_list', '_filter', '_query', '_contained', '_containedType', '_score'].map(
        (name) => `Patient?${name}=true`,
      ),
      ...['text', 'in', 'not-in', 'above', 'below', 'of-type'].map((modifier) => `Observation?code:${modifier}=x`),
      ...['code', 'subject'].map((code) => `Observation?_sort=${code}`),
      'ValueSet?_sort=url',
    ])
      assert.equal(refusalIn(await send('GET', path, undefined, STRICT), path), 'record/unknown-parameter')
    assert.equal(refusalIn(await send('GET', '?_type=Patient,Observation')), 'record/type-needed')
    for (const path of ['Patient/1/Observation', 'Patient/1/$everything', 'Patient/$validate'])
      assert.equal((await send('GET', path)).status, 404, path)
    assert.equal((await send('GET', 'Observation?_include=Observation:*', undefined, STRICT)).status, 200)
  })

  // They were passed over with the whole parameter, and everybody was found.
  test('is a refusal of a modifier that can not be acted on, also when it is not asked for strictly', async () => {
    const asked = [
      'name:sounds-like=Adams',
      'family:text=x',
      'birthdate:exact=1984',
      '_id:contains=a',
      'gender:in=urn:x',
    ]
    for (const query of asked) {
      const answer = await send('GET', `Patient?${query}`)
      assert.equal(answer.status, 400, query)
      assert.equal(refusalIn(answer, query), 'record/unknown-modifier')
      const name = query.split('=')[0]
      assert.match(answer.body, new RegExp(`Parameter ${name} has a modifier that is not supported for Patient`), query)
      assert.equal((await send('GET', `Patient?${query}`, undefined, STRICT)).status, 400, query)
    }
  })

  test('names each ignored parameter once, and of very many the first fifty', async () => {
    assert.equal(warningsIn(await search('hat=1&hat=2&cap=3')).length, 2)
    const many = Array.from({ length: 200 }, (_, at) => `p${at}=secret`).join('&')
    const bundle = await search(many)
    assert.equal(warningsIn(bundle).length, 50)
    assert.ok(!JSON.stringify(bundle).includes('secret'))
  })

  test('has no outcome when all was done as asked', async () => {
    for (const query of ['name=adams', 'name=adams&_format=json&_pretty=true', '_sort=-name,birthdate&_count=2'])
      assert.deepEqual(warningsIn(await search(query)), [], query)
  })

  test('takes a date as it was meant whose + was not escaped, and no other space', async () => {
    for (const plus of ['+', '%2B', '%20'])
      assert.equal(resourcesIn(await search(`_lastUpdated=gt2020-01-01T00:00:00${plus}02:00`)).length, 3, plus)
    for (const date of ['gt2020-01-01 00:00', 'gt 2020', 'gt2020-01-01T00:00:00 +02:00'])
      assert.equal(refusalIn(await send('GET', `Patient?_lastUpdated=${date}`), date), 'record/bad-parameter')
  })

  test('shows the page size that was applied', async () => {
    assert.equal(selfOf(await search('_count=100000')), '_count=1000')
    assert.equal(selfOf(await search('_count=2')), '_count=2')
  })

  // The link to the next page had lost the sort, so that its cursor was refused.
  test('goes on to the next page in the order that was understood', async () => {
    const first = await search('_sort=-name,gender&_count=2')
    assert.equal(selfOf(first), '_sort=-name&_count=2')
    const next = await send('GET', String(linkIn(first, 'next')))
    assert.equal(next.status, 200, next.body)
    const names = [...resourcesIn(first), ...resourcesIn(next.json)].map(
      ({ name }) => (name as { family: string }[])[0]?.family,
    )
    assert.deepEqual(names, ['Clark', 'Baker', 'Adams'])
  })

  test('does not come for an empty alternative, which would match everything', async () => {
    for (const query of ['name=adams,', '_id=a,,b', 'name:contains=,'])
      assert.equal(refusalIn(await send('GET', `Patient?${query}`), query), 'record/bad-parameter')
  })
})
