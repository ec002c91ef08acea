/** Addresses, parameters and headers that no client should send: each is refused with a 4xx OperationOutcome, or answered. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, linkIn, refusalIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
const EDGES = ['0001', '0001-01-01', '9999', '9999-12-31', '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00%2B14:00']

describe('hostile searches', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    const hospital = await startHospital(suite)
    send = clientOf(hospital)
    for (const [index, birthDate] of ['1950-01-01', '9999-12-31', '0001-01-01', undefined].entries()) {
      const name = index === 0 ? undefined : [{ family: `Doe ${index}` }]
      const { status, body } = await send('POST', 'Patient', { resourceType: 'Patient', birthDate, name })
      assert.equal(status, 201, body)
    }
    for (const period of [{ start: '0001' }, { end: '9999' }, { start: '0001-01-01', end: '9999-12-31' }]) {
      const resource = { resourceType: 'Account', status: 'active', servicePeriod: period }
      const { status, body } = await send('POST', 'Account', resource)
      assert.equal(status, 201, body)
    }
    const probability = (value: string) =>
      `{"resourceType":"RiskAssessment","status":"final","subject":{"reference":"Patient/a"},"prediction":[{"probabilityDecimal":${value}}]}`
    for (const value of ['0.5', '1e308', '-1e308', '1e-300', '-0', `0.${'3'.repeat(400)}`]) {
      const { status, body } = await send('POST', 'RiskAssessment', probability(value))
      assert.equal(status, 201, body)
    }
  })

  const refused: readonly string[] = [
    ...[
      'nonsense',
      '2024-13',
      '2024-02-30',
      '2024-1-1',
      '24',
      'ge',
      'xx2024',
      '2024-01-01T25:00:00Z',
      '0000',
      '%00',
    ].map((value) => `Patient?birthdate=${value}`),
    ...['2024-05-01T24:30:00Z', '2024-05-01T10:60:00Z', '2024-05-01T10:00:61Z', '2024-05-01T10:00:00%2B99:99'].map(
      (value) => `Patient?birthdate=ge${value}`,
    ),
    ...['nonsense', 'ge', 'NaN', 'Infinity', '1e9999', '0x10', '1,,2', '%00', '--1'].map(
      (value) => `RiskAssessment?probability=${value}`,
    ),
    ...['|', 'a|b|c', '%00', 'http://e.x|%00'].map((value) => `Patient?identifier=${value}`),
    ...['a_b', 'a/b/c', 'Elephant/1', 'Patient/', `Patient/${'x'.repeat(65)}`, '%00', '%2e%2e%2f'].map(
      (value) => `Observation?subject=${value}`,
    ),
    'Patient?name=%00',
    'Patient?name:exact=%00',
    'Patient?name:contains=a%00b',
    'Patient?_id=%00',
    'Patient?_id:not=%00',
    'ValueSet?url=%00',
    'Observation?subject:identifier=%00',
    'Patient?name:missing=perhaps',
    'Patient?name:nonsense=1',
    'Patient?name:exact:exact=1',
    'Patient?name:__proto__=1',
    'Patient?_lastUpdated=yesterday',
    'Patient?_count=-1',
    'Patient?_count=1.5',
    'Patient?_count=9999999999',
    'Patient?_count=many',
    'Patient?_total=some',
    'Patient?_summary=some',
    'Patient?_cursor=nonsense',
    'Patient?_cursor=%00',
    `Patient?_cursor=${'x'.repeat(5000)}`,
    `Patient?_cursor=${cursor()}`,
    `Patient?_cursor=${cursor(0, 'a\0b')}`,
    `Patient?_cursor=${cursor(0, 1)}`,
    `Patient?_cursor=${cursor(0, null)}`,
    `Patient?_cursor=${cursor(0, { a: 1 })}`,
    `Patient?_cursor=${cursor(7, 'x')}`,
    `Patient?_cursor=${cursor(0, '\ud800')}`,
    `Patient?_sort=birthdate&_cursor=${cursor(0, 'yesterday', 'x')}`,
    `Patient?_sort=birthdate&_cursor=${cursor(0, '2024-99-99 00:00:00+00', 'x')}`,
    `Patient?_sort=birthdate&_cursor=${cursor(0, '2024-02-30 00:00:00+00', 'x')}`,
    `RiskAssessment?_sort=probability&_cursor=${cursor(0, 'one', 'x')}`,
    `RiskAssessment?_sort=probability&_cursor=${cursor(0, '1e999', 'x')}`,
    `Patient?_sort=name&_cursor=${cursor(0, 'a\0', 'x')}`,
    `Patient/_history?_cursor=${cursor('2024-01-01T00:00:00Z', 'x', 99_999_999_999)}`,
    `Patient/_history?_cursor=${cursor('0000-01-01T00:00:00Z', 'x', 1)}`,
    `Patient/_history?_cursor=${cursor('2024', 'x', -1)}`,
    'Patient/_history?_cursor=e30',
    'Patient/_history?_count=-1',
    'Patient/_history?_since=yesterday',
    'Patient/_history?_at=2024-02-30',
    'Patient/a_b',
    'Patient/%00',
    `Patient/${'x'.repeat(65)}`,
    `Patient/${'x'.repeat(8000)}`,
    'Patient/x/_history/0',
    'Patient/x/_history/99999999999999999999',
    'Patient/x/_history/%00',
    'Elephant',
    'patient',
    'constructor',
    '__proto__',
    'Elephant/_history',
    'Patient/$everything-else',
    '?_type=Elephant',
    '?name=x',
    '?_type=%00',
    'Patient?%zz=1',
    'Patient?name=%ff%fe',
    'Patient?name=%ed%a0%80',
    `Patient?_id=${Array.from({ length: 10_000 }, (_, at) => at).join(',')}`.slice(0, 30_000),
  ]
  for (const path of refused) {
    test(`${path.slice(0, 80)} is refused`, async () => {
      refusalIn(await send('GET', path), path.slice(0, 100))
    })
  }

  test('a search by POST takes no more than a search by GET', async () => {
    const form = (body: string, type = 'application/x-www-form-urlencoded') =>
      send('POST', 'Patient/_search', body, { 'content-type': type })
    const many = Array.from({ length: 10_000 }, (_, at) => `n${at}`)
    assert.equal(refusalIn(await form(`name=${many.join(',')}`)), 'record/too-many-values')
    assert.equal(refusalIn(await form(many.map((one) => `name=${one}`).join('&'))), 'http/too-many-parameters')
    assert.equal(refusalIn(await form(many.map((one) => `${one}=x`).join('&'))), 'http/too-many-parameters')
    refusalIn(await form(`_sort=${many.join(',')}`))
    refusalIn(await form(`_elements=${many.join(',')}`))
    refusalIn(
      await form(
        many
          .slice(0, 900)
          .map(() => '_include=Patient:general-practitioner')
          .join('&'),
      ),
    )
    refusalIn(await form('name=x', 'application/json'))
    refusalIn(await form('name=x', 'application/x-www-form-urlencoded; charset=utf-16'))
    refusalIn(await form(`name=${'x'.repeat(33 * 1024 * 1024)}`))
    assert.equal((await form('name=x')).status, 200)
  })

  test('as many conditions as are allowed at once are answered', async () => {
    const values = Array.from({ length: 900 }, (_, at) => `n${at}`)
    for (const name of [
      'name',
      'name:exact',
      'name:contains',
      'identifier',
      'general-practitioner',
      '_id',
      'identifier:not',
    ]) {
      for (const body of [`${name}=${values.join(',')}`, values.map((one) => `${name}=${one}`).join('&')]) {
        const answer = await send('POST', 'Patient/_search', body, {
          'content-type': 'application/x-www-form-urlencoded',
        })
        assert.ok(
          answer.status === 200 || answer.status === 400,
          `${name}: ${answer.status} ${answer.body.slice(0, 300)}`,
        )
      }
    }
    const dates = values.map((_, at) => `birthdate=ge${1000 + at}`).join('&')
    const answer = await send('POST', 'Patient/_search', dates, { 'content-type': 'application/x-www-form-urlencoded' })
    assert.ok(answer.status < 500, answer.body.slice(0, 300))
  })

  test('dates and numbers at the edge of what there is are compared, not refused', async () => {
    for (const prefix of ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']) {
      for (const value of EDGES)
        for (const path of ['Patient?birthdate', 'Patient?_lastUpdated', 'Account?period']) {
          const answer = await send('GET', `${path}=${prefix}${value}`)
          assert.equal(answer.status, 200, `${path}=${prefix}${value}: ${answer.body.slice(0, 300)}`)
        }
      for (const value of [
        '1e308',
        '-1e308',
        '1e999',
        '-1e999',
        '1e-999',
        '-0',
        '0',
        `0.${'1'.repeat(500)}`,
        '9'.repeat(500),
      ]) {
        const answer = await send('GET', `RiskAssessment?probability=${prefix}${value}`)
        assert.equal(answer.status, 200, `${prefix}${value}: ${answer.body.slice(0, 300)}`)
      }
    }
    for (const value of EDGES) {
      for (const name of ['_since', '_at'])
        assert.equal((await send('GET', `Patient/_history?${name}=${value}`)).status, 200, `${name}=${value}`)
    }
  })

  test('every page of every order can be turned, also over missing, endless and extreme values', async () => {
    for (const path of [
      'Patient?_sort=birthdate',
      'Patient?_sort=-birthdate,name',
      'Account?_sort=-period',
      'Account?_sort=period',
      'RiskAssessment?_sort=-probability',
      'Patient?_sort=name,-_lastUpdated',
    ]) {
      const seen: string[] = []
      for (let next: string | undefined = `${path}&_count=1`; next !== undefined; ) {
        const { status, body, json } = await send('GET', next)
        assert.equal(status, 200, `${path}: ${body.slice(0, 300)}`)
        seen.push(...[...body.matchAll(/"fullUrl":"([^"]+)"/g)].map(([, url]) => url as string))
        next = linkIn(json, 'next')
      }
      const { json } = await send('GET', `${path}&_count=100`)
      assert.deepEqual(
        seen,
        (json.entry as { fullUrl: string }[]).map(({ fullUrl }) => fullUrl),
        path,
      )
    }
  })

  test('an unknown parameter is passed over, unless the client wants to be told', async () => {
    for (const query of [
      'nonsense=1',
      '__proto__=1',
      'constructor=1',
      '_sort=nonsense',
      '_sort=-,--name',
      '_sort=__proto__',
      '_include=nonsense',
      '_include=__proto__:constructor',
      '_revinclude=*:*',
      'a%00b=1',
      '_has:x:y:z=1',
    ]) {
      assert.equal((await send('GET', `Patient?${query}`)).status, 200, query)
      refusalIn(await send('GET', `Patient?${query}`, undefined, { prefer: 'handling=strict' }), query)
    }
  })

  test('conditions of writes are held to the same rules', async () => {
    const patient = { resourceType: 'Patient' }
    for (const criteria of [
      'name=%00',
      'birthdate=x',
      'nonsense=1',
      '_sort=name',
      '=',
      '&&&',
      '%zz',
      'name:exact:x=1',
      'identifier=|',
      `identifier=${'x,'.repeat(5000)}`,
    ]) {
      refusalIn(
        await send('POST', 'Patient', patient, { 'if-none-exist': criteria }),
        `If-None-Exist: ${criteria.slice(0, 40)}`,
      )
      for (const [method, body] of [
        ['PUT', patient],
        ['DELETE', undefined],
      ] as const)
        refusalIn(await send(method, `Patient?${criteria}`, body), `${method} ${criteria.slice(0, 40)}`)
    }
    for (const tag of ['x', '*', 'W/"x"', 'W/"-1"', 'W/"99999999999999999999"', '"1","2"'])
      refusalIn(await send('PUT', 'Patient/a', { ...patient, id: 'a' }, { 'if-match': tag }), tag)
    refusalIn(await send('POST', '', { resourceType: 'Bundle', type: 'batch' }, { 'idempotency-key': 'x'.repeat(201) }))
  })
})
