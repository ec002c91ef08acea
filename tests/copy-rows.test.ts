import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { bigintArray, CopyRows } from '#foundation/copy-rows.ts'
import { sql } from '#foundation/sql.ts'
import { startLedgers } from './support/ledger.ts'

test('rows in the binary format arrive as they were given', async (t) => {
  const { superuser } = await startLedgers(t)
  await superuser.rows(sql`CREATE TABLE public.given (n int8, u uuid, t text, b bytea, m timestamptz, a int8[])`)
  const numbers = Buffer.alloc(24)
  for (const [at, one] of [-(2n ** 63n), -1n, 2n ** 63n - 1n].entries()) numbers.writeBigInt64BE(one, at * 8)
  const bytes = randomBytes(5_000)
  const id = '0198f3b6-1111-7222-8333-444455556666'
  const rows = new CopyRows(0)
  for (const n of [0, -1, -5_000_000_000, 2 ** 53 - 1])
    rows.row(6).int8(n).uuid(id).text('ü€𝄞\t\\').bytes(bytes).time(-1).bytes(bigintArray(numbers))
  rows
    .row(6)
    .int8(7)
    .uuid(id)
    .text('')
    .bytes(Buffer.alloc(0))
    .time(1_800_000_000_001)
    .bytes(bigintArray(Buffer.alloc(0)))
  await superuser.copy(sql`COPY public.given FROM STDIN (FORMAT binary)`, rows.end())
  const found = await superuser.rows<Record<string, string>>(sql`SELECT * FROM public.given`)
  assert.deepEqual(
    found.map(({ n }) => n),
    ['0', '-1', '-5000000000', '9007199254740991', '7'],
  )
  const { n: _, ...first } = found[0] as Record<string, string>
  const a = '{-9223372036854775808,-1,9223372036854775807}'
  const b = `\\x${bytes.toString('hex')}`
  assert.deepEqual(first, { u: id, t: 'ü€𝄞\t\\', b, m: '1969-12-31 23:59:59.999+00', a })
  assert.deepEqual(found[4], { n: '7', u: id, t: '', b: '\\x', m: '2027-01-15 08:00:00.001+00', a: '{}' })
})

test('a row of every kind of field arrives as it was given, NULL and the ends of time too', async (t) => {
  const { superuser } = await startLedgers(t)
  await superuser.rows(
    sql`CREATE TABLE public.kinds (a text, s int2, i int4, f float8, y boolean, m timestamptz, fs float8[], ms timestamptz[], ns int4[], ks int8[])`,
  )
  const rows = new CopyRows(0)
  rows.row(10).text('').int2(-3).int4(-70_000).float8(Number.NEGATIVE_INFINITY).boolean(true)
  rows.time(Number.POSITIVE_INFINITY).float8s([1.5, Number.POSITIVE_INFINITY])
  rows.times([0, Number.NEGATIVE_INFINITY]).ints(new Set([7, -7]))
  rows.bigints(new Set(['\0\0\0\0\0\0\0\u0001', '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe']))
  rows.row(10).ascii('a-1')
  for (let field = 1; field < 10; field++) rows.nothing()
  await superuser.copy(sql`COPY public.kinds FROM STDIN (FORMAT binary)`, rows.end())
  const [full, empty] = await superuser.rows<Record<string, unknown>>(sql`SELECT * FROM public.kinds`)
  assert.deepEqual(Object.values(full ?? {}), [
    '',
    -3,
    -70_000,
    '-Infinity',
    true,
    'infinity',
    '{1.5,Infinity}',
    '{"1970-01-01 00:00:00+00",-infinity}',
    '{7,-7}',
    '{1,-2}',
  ])
  assert.deepEqual(Object.values(empty ?? {}), ['a-1', ...Array(9).fill(null)])
})
