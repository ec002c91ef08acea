import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { conditionOf, createsOnly, isKnown } from './conditions.ts'
import { indent } from './indent.ts'
import { preferencesOf } from './prefer.ts'
import { parametersIn } from './query.ts'

describe('If-Match', () => {
  for (const sent of ['W/"3"', '"3"', '3', ' W/"3" ']) {
    test(`${sent} is version 3`, () => assert.deepEqual(conditionOf({ 'if-match': sent }), { ifMatch: 3 }))
  }
  for (const sent of ['*', ' * ']) {
    test(`"${sent}" is any version`, () => assert.deepEqual(conditionOf({ 'if-match': sent }), { ifMatch: '*' }))
  }
  for (const sent of ['', '**', 'W/3', '"3', 'W/"3", W/"4"', '-1', '3.5', '99999999999', 'abc']) {
    test(`${sent || 'nothing'} is refused, not passed over`, () => {
      assert.throws(() => conditionOf({ 'if-match': sent }), { code: 'http/bad-if-match' })
    })
  }
  test('that is absent is no condition', () => assert.deepEqual(conditionOf({}), {}))
})

describe('If-None-Match', () => {
  test('of an update can only be *', () => {
    assert.equal(createsOnly({ 'if-none-match': '*' }), true)
    assert.equal(createsOnly({}), false)
    assert.throws(() => createsOnly({ 'if-none-match': 'W/"1"' }), { code: 'http/bad-if-none-match' })
  })

  const held = { version: 3, updated: '2026-03-01T10:20:30.456Z' }
  test('of a read knows the version among several, and by *', () => {
    for (const sent of ['W/"3"', '"3"', 'W/"2", W/"3"', '*'])
      assert.equal(isKnown({ 'if-none-match': sent }, held), true)
    for (const sent of ['W/"2"', 'W/"30"', '"abc"']) assert.equal(isKnown({ 'if-none-match': sent }, held), false)
  })

  test('outranks If-Modified-Since', () => {
    const since = 'Sun, 01 Mar 2026 10:20:30 GMT'
    assert.equal(isKnown({ 'if-modified-since': since }, held), true)
    assert.equal(isKnown({ 'if-modified-since': since, 'if-none-match': 'W/"2"' }, held), false)
  })
})

describe('If-Modified-Since', () => {
  const held = { version: 3, updated: '2026-03-01T10:20:30.456Z' }
  test('compares in whole seconds, as HTTP dates have them', () => {
    assert.equal(isKnown({ 'if-modified-since': 'Sun, 01 Mar 2026 10:20:30 GMT' }, held), true)
    assert.equal(isKnown({ 'if-modified-since': 'Sun, 01 Mar 2026 10:20:29 GMT' }, held), false)
  })
  test('that is later than now is ignored', () => {
    const now = Date.parse('2026-03-01T10:21:00Z')
    assert.equal(isKnown({ 'if-modified-since': 'Sun, 01 Mar 2026 10:21:00 GMT' }, held, now), true)
    assert.equal(isKnown({ 'if-modified-since': 'Sun, 01 Mar 2026 10:21:01 GMT' }, held, now), false)
  })
  test('that is no date is ignored', () => assert.equal(isKnown({ 'if-modified-since': 'yesterday' }, held), false))
})

describe('Prefer', () => {
  test('may name several preferences, in any case and with quotes', () => {
    assert.deepEqual(preferencesOf('return=minimal, handling=strict'), { answer: 'minimal', strict: true })
    assert.deepEqual(preferencesOf('Return="OperationOutcome"; foo'), { answer: 'OperationOutcome', strict: false })
  })
  test('with what nobody knows is ignored', () => {
    assert.deepEqual(preferencesOf('return=everything, respond-async'), { answer: 'representation', strict: false })
  })
  test('counts the first of two that contradict each other', () => {
    assert.equal(preferencesOf('return=minimal, return=representation').answer, 'minimal')
  })
})

describe('parameters', () => {
  test('keep their order and repeats, and are decoded', () => {
    assert.deepEqual(parametersIn('name=a+b&name=%C3%A9&&_id&x==y'), [
      ['name', 'a b'],
      ['name', 'é'],
      ['_id', ''],
      ['x', '=y'],
    ])
  })
  test('that are not UTF-8 are refused', () => {
    for (const text of ['name=%E9', 'name=%', 'name=%zz']) {
      assert.throws(() => parametersIn(text), { code: 'http/malformed-query' })
    }
  })
  test('are refused when there are ten thousand', () => {
    assert.throws(() => parametersIn('a=1&'.repeat(10_000)), { code: 'http/too-many-parameters' })
  })
})

describe('indented JSON', () => {
  test('is what JSON.stringify makes of it, with numbers as they were written', () => {
    const json = '{"a":[{},[], {"b" :"x\\"{,}:[\\\\"}],"c":null,"d":[1,2]}'
    assert.equal(indent(json), JSON.stringify(JSON.parse(json), null, 2))
    assert.equal(indent('{"value":1.50,"e":1E+3}'), '{\n  "value": 1.50,\n  "e": 1E+3\n}')
  })
})
