import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filledIn, join, literal, name, type Sql, sql } from './sql.ts'

const where = (conditions: readonly Sql[]) => sql`SELECT 1 WHERE ${join(conditions, ' AND ')}`
const is = (column: string, value: unknown) => sql`${name(column)} = ${value}`

test('nested fragments are spliced in, and parameters are numbered in order over all of them', () => {
  const made = sql`A ${1} B ${sql`C ${2} D`} E ${sql`F`} ${name('fhir', 'a"b')} LIMIT ${literal(20)} ${3}`
  assert.equal(made.text, 'A $1 B C $2 D E F "fhir"."a""b" LIMIT 20 $3')
  assert.deepEqual(made.values, [1, 2, 3])
})

test('statements that differ in their values only have one shape, and each keeps its own values', () => {
  const [one, other] = [where([is('a', 1), is('b', 2)]), where([is('a', 'x'), is('b', undefined)])]
  assert.equal(one.shape, other.shape)
  assert.deepEqual(
    [one.values, other.values],
    [
      [1, 2],
      ['x', undefined],
    ],
  )
})

test('what is put together from other fragments, or in another order, has another text', () => {
  const texts = [
    where([]),
    where([is('a', 1)]),
    where([is('a', 1), is('b', 1)]),
    where([is('b', 1), is('a', 1)]),
    where([is('a', sql`now()`), is('b', 1)]),
    where([sql`(${join([is('a', 1), is('b', 1)], ' OR ')})`]),
    where([sql`(${join([is('a', 1), is('b', 1)], ', ')})`]),
  ].map(({ text }) => text)
  assert.deepEqual(texts, [
    'SELECT 1 WHERE ',
    'SELECT 1 WHERE "a" = $1',
    'SELECT 1 WHERE "a" = $1 AND "b" = $2',
    'SELECT 1 WHERE "b" = $1 AND "a" = $2',
    'SELECT 1 WHERE "a" = now() AND "b" = $1',
    'SELECT 1 WHERE ("a" = $1 OR "b" = $2)',
    'SELECT 1 WHERE ("a" = $1, "b" = $2)',
  ])
})

test('statements in more shapes than are remembered are still right', () => {
  for (let n = 0; n < 12_000; n++) {
    const { text, values } = where([is(`c${n}`, n), sql`n < ${literal(n)}`])
    assert.equal(text, `SELECT 1 WHERE "c${n}" = $1 AND n < ${n}`)
    assert.deepEqual(values, [n])
  }
})

test('columns can stand in the places of parameters', () => {
  assert.equal(
    filledIn(where([is('a', 1), is('b', 2)]), 'q', ['v0', 'v1']).text,
    'SELECT 1 WHERE "a" = "q"."v0" AND "b" = "q"."v1"',
  )
})
