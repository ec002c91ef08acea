import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ask, BASE, firstCall } from '../../../tests/support/ask.ts'

describe('search and history', () => {
  const request = (parameters: [string, string][], strict = false) => ({ parameters, strict, base: BASE })

  test('hand on the parameters in order', async (t) => {
    const found = await ask(t, '/Patient?name=b&_pretty=true&name=a&_summary=true', {
      headers: { prefer: 'handling=strict' },
    })
    assert.equal(found.status, 200)
    const parameters: [string, string][] = [
      ['name', 'b'],
      ['_pretty', 'true'],
      ['name', 'a'],
      ['_summary', 'true'],
    ]
    assert.deepEqual(found.calls, [['search', { type: 'Patient', ...request(parameters, true) }]])
  })

  test('are there for one resource, a type and the system', async (t) => {
    const called = async (path: string) => firstCall(await ask(t, path))
    assert.deepEqual(await called('?_type=Patient'), ['search', request([['_type', 'Patient']])])
    assert.deepEqual(await called('/?_id=1'), ['search', request([['_id', '1']])])
    assert.deepEqual(await called('/_history'), ['history', request([])])
    assert.deepEqual(await called('/Patient/_history?_count=2'), [
      'history',
      { type: 'Patient', ...request([['_count', '2']]) },
    ])
    assert.deepEqual(await called('/Patient/p1/_history'), ['history', { type: 'Patient', id: 'p1', ...request([]) }])
  })

  const form = (payload: string, content = 'application/x-www-form-urlencoded') =>
    ({ method: 'POST', payload, headers: { 'content-type': content } }) as const

  test('by POST join the parameters of the address and the body', async (t) => {
    const typed = await ask(t, '/Patient/_search?_count=5', form('name=%C3%A9+x&_format=json'))
    assert.deepEqual(typed.calls, [
      [
        'search',
        {
          type: 'Patient',
          ...request([
            ['_count', '5'],
            ['name', 'é x'],
            ['_format', 'json'],
          ]),
        },
      ],
    ])
    const system = await ask(t, '/_search', form('_type=Patient'))
    assert.deepEqual(system.calls, [['search', request([['_type', 'Patient']])]])
    assert.equal((await ask(t, '/Patient/_search?name=x', { method: 'POST' })).status, 200)
  })

  test('by POST refuse another form of body, and XML', async (t) => {
    const json = await ask(t, '/Patient/_search', form('{}', 'application/json'))
    assert.deepEqual([json.status, json.code()], [415, 'http/wrong-form-media'])
    assert.equal((await ask(t, '/Patient/_search', form('_format=xml'))).status, 406)
  })

  test('refuse ten thousand parameters, and parameters that are not UTF-8', async (t) => {
    const many = await ask(t, '/Patient/_search', form('a=1&'.repeat(10_000)))
    assert.deepEqual([many.status, many.code(), many.calls.length], [413, 'http/too-many-parameters', 0])
    const latin = await ask(t, '/Patient?name=%E9')
    assert.deepEqual([latin.status, latin.code()], [400, 'http/malformed-query'])
  })
})

describe('a Bundle', () => {
  const bundle = '{"resourceType":"Bundle","type":"batch"}'

  test('is handed on with its Idempotency-Key', async (t) => {
    const sent = { method: 'POST', payload: bundle, headers: { 'idempotency-key': 'order 4711' } } as const
    const response = await ask(t, '', sent)
    assert.equal(response.status, 200)
    assert.deepEqual(response.calls, [['submit', bundle, BASE, 'order 4711']])
    assert.equal(response.headers['idempotent-replayed'], undefined)
    assert.deepEqual((await ask(t, '/', { method: 'POST', payload: bundle })).calls, [
      ['submit', bundle, BASE, undefined],
    ])
  })

  test('that was answered before says so', async (t) => {
    const answers = { submit: async () => ({ text: '{"resourceType":"Bundle"}', replayed: true }) }
    const response = await ask(t, '', { method: 'POST', payload: bundle, answers })
    assert.equal(response.headers['idempotent-replayed'], 'true')
  })

  test('with a key that is empty, too long or unprintable is refused', async (t) => {
    for (const key of ['', 'x'.repeat(201), 'é', 'a\tb']) {
      const response = await ask(t, '', { method: 'POST', payload: bundle, headers: { 'idempotency-key': key } })
      assert.equal(response.code(), 'http/bad-idempotency-key')
      assert.deepEqual(response.calls, [])
    }
  })

  test('is FHIR JSON or answers 415', async (t) => {
    const response = await ask(t, '', { method: 'POST', payload: bundle, headers: { 'content-type': 'text/plain' } })
    assert.equal(response.status, 415)
  })
})
