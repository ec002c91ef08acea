import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Refusal, Unit } from './unit.ts'
import { unitsOf } from './units.ts'

/** What comes of `text` in a file of that name, which arrives in pieces of `bytes`. */
async function unitsIn(name: string, text: string | Buffer, bytes = 1_000_000): Promise<(Unit | Refusal)[]> {
  const all = Buffer.from(text)
  const source = {
    name,
    bytes: 0,
    first: false,
    async *open() {
      for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes)
    },
  }
  return Array.fromAsync(unitsOf(source, () => undefined))
}

interface Entry {
  readonly fullUrl?: string
  readonly resource?: object
  readonly request?: object
}
const entriesOf = (unit: Unit | Refusal | undefined): Entry[] => {
  assert.ok(unit !== undefined && 'text' in unit)
  const { resourceType, type, entry } = JSON.parse(String(unit.text))
  assert.deepEqual([resourceType, type], ['Bundle', 'transaction'])
  return entry
}
const textsOf = (units: readonly (Unit | Refusal)[]) =>
  units.map((unit) => ('text' in unit ? [unit.from, String(unit.text)] : unit))

const basic = (id: string) => `{"resourceType":"Basic","id":"${id}"}`
const basicEntry = (id: string) => ({
  resource: { resourceType: 'Basic', id },
  request: { method: 'PUT', url: `Basic/${id}` },
})
const entries = `"entry":[{"resource":${basic('a')},"request":{"method":"POST","url":"Basic"}}]`

describe('a transaction', () => {
  const texts = [
    `{"resourceType":"Bundle","type":"transaction",${entries}}`,
    `{"type":"transaction","resourceType":"Bundle",${entries}}`,
    `{${entries},"type":"transaction","resourceType":"Bundle"}`,
    `{"id":"x","meta":{"type":"batch","tag":["}",{"id":"]"}]},"resourceType":"Bundle","type":"transaction",${entries}}`,
    `{"resourceType" : "Bundle",\r"type"\t: "transaction", ${entries} }`,
    `{"resourceType":"Bundle","\\u0074ype":"transaction",${entries}}`,
    `{"resourceType":"Bundle","type":"trans\\u0061ction",${entries}}`,
    `{"\\u0072esourceType":"Bundle","type":"transaction",${entries}}`,
    `{"resourceType":"Bundle","language":"\\"type\\":\\"batch\\"","type":"transaction",${entries}}`,
    `{"resourceType":"Bundle","type":"searchset","type":"transaction",${entries}}`,
  ]
  test('goes as it is, however it is written', async () => {
    for (const text of texts) {
      assert.deepEqual(textsOf(await unitsIn('one.json', text)), [['one.json', text]])
      assert.deepEqual(textsOf(await unitsIn('one.json', `\ufeff${text}`)), [['one.json', text]])
      assert.deepEqual(textsOf(await unitsIn('all.ndjson', `\ufeff\n${text}\n`)), [['all.ndjson:2', text]])
    }
  })

  test('is known on standard input, on one line or on many, in pieces of any length', async () => {
    const [text = ''] = texts
    const pretty = JSON.stringify(JSON.parse(text), null, 1)
    for (const bytes of [1, 2, 7, 1_000]) {
      assert.deepEqual(textsOf(await unitsIn('standard input', text, bytes)), [['standard input:1', text]])
      assert.deepEqual(textsOf(await unitsIn('standard input', `${text}\n`, bytes)), [['standard input:1', text]])
      assert.deepEqual(textsOf(await unitsIn('standard input', pretty, bytes)), [['standard input', pretty]])
    }
  })

  test('may come after empty lines on standard input; nothing at all is nothing', async () => {
    const [text = ''] = texts
    assert.deepEqual(textsOf(await unitsIn('standard input', `\n \r\n${text}`)), [['standard input:3', text]])
    for (const nothing of ['', '\n', '\ufeff', ' ']) assert.deepEqual(await unitsIn('standard input', nothing), [])
  })

  test('that is cut off goes to the hospital as it is, to be refused there', async () => {
    const text = (texts[0] ?? '').slice(0, -5)
    assert.deepEqual(textsOf(await unitsIn('one.json', text)), [['one.json', text]])
  })
})

describe('a Bundle that is no transaction', () => {
  test('has its resources sent under their own ids, each for itself', async () => {
    for (const type of ['"type":"collection",', '"type":"searchset",', ''])
      for (const name of ['one.json', 'all.ndjson']) {
        const text = `{"resourceType":"Bundle",${type}"entry":[{"resource":${basic('a')}},{},{"resource":${basic('b')}}]}`
        const [unit, ...more] = await unitsIn(name, text)
        assert.deepEqual(entriesOf(unit), [basicEntry('a'), basicEntry('b')])
        assert.deepEqual(more, [])
        assert.deepEqual(
          ((unit as Unit).parts?.() ?? []).map(({ from }) => from.replace(/^\S+ /, '')),
          ['entry 1', 'entry 3'],
        )
      }
  })

  test('has its entries sent with their own requests when it is a batch', async () => {
    const request = { method: 'DELETE', url: 'Basic/b' }
    const text = `{"resourceType":"Bundle","type":"batch",${entries.slice(0, -1)},{"request":${JSON.stringify(request)}},null]}`
    const [unit] = await unitsIn('one.json', text)
    assert.deepEqual(entriesOf(unit), [
      { resource: { resourceType: 'Basic', id: 'a' }, request: { method: 'POST', url: 'Basic' } },
      { request },
      {},
    ])
  })

  test('stays together when its entries refer to each other', async () => {
    const urn = 'urn:uuid:7e1e1e1e-0000-4000-8000-000000000001'
    const text = `{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"${urn}","resource":${basic('a')}}]}`
    const [unit] = await unitsIn('one.json', text)
    assert.deepEqual(entriesOf(unit), [{ fullUrl: urn, ...basicEntry('a') }])
    assert.equal((unit as Unit).parts, undefined)
  })
})

describe('resources, one a line', () => {
  const ids = Array.from({ length: 450 }, (_, index) => `b-${index}`)
  const lines = ids.map(basic).join('\r\n')

  test('go together, in order, in pieces of any length', async () => {
    for (const bytes of [1, 3, 100, 1_000_000]) {
      const units = await unitsIn('all.ndjson', `\ufeff${lines}`, bytes)
      assert.deepEqual(
        units.map((unit) => entriesOf(unit).length),
        [200, 200, 50],
      )
      assert.deepEqual(units.flatMap(entriesOf), ids.map(basicEntry))
      assert.deepEqual(
        units.flatMap((unit) => (unit as Unit).parts?.().map(({ from }) => from)),
        ids.map((_, index) => `all.ndjson:${index + 1}`),
      )
      assert.deepEqual(
        units.flatMap((unit) => (unit as Unit).parts?.().flatMap(entriesOf)),
        ids.map(basicEntry),
      )
    }
  })

  test('without an id of FHIR are left to the hospital: to be given one, or to be refused', async () => {
    const odd = [
      '{"resourceType":"Basic"}',
      '{"resourceType":"Basic","id":5}',
      basic('A_B'),
      basic('a?x=y'),
      basic('\\u0061'),
    ]
    const units = await unitsIn('all.ndjson', odd.join('\n'))
    assert.deepEqual(
      units.flatMap(entriesOf).map(({ request }) => request),
      odd.map(() => ({ method: 'POST', url: 'Basic' })),
    )
  })

  // A line that closed its own entry and opened others had them carried out, a DELETE of a patient among them.
  test('can not reach beyond their own entries', async () => {
    const hostile = [
      `${basic('a')},"request":{"method":"DELETE","url":"Patient/1"}},{"resource":${basic('b')}`,
      `${basic('a')}},{"request":{"method":"DELETE","url":"Patient/1"}},{"resource":${basic('b')}`,
      `${basic('a')}}]},{"x":[{"y":${basic('b')}`,
      `${basic('a').slice(0, -1)}`,
      `${basic('a')}}`,
      `${basic('a')} ${basic('b')}`,
      `${basic('a')} ,`,
      `{"resourceType":"Basic","id":"a","x":"${'\\'}"}`,
      `[${basic('a')}]`,
      '"resourceType"',
      'this is no JSON',
      '{',
      '}{',
      '\u00a0',
    ]
    for (const line of hostile) {
      const units = await unitsIn('all.ndjson', [basic('before'), line, basic('after')].join('\n'))
      assert.deepEqual(
        units.map((unit) => ('text' in unit ? entriesOf(unit) : unit.from)),
        ['all.ndjson:2', [basicEntry('before'), basicEntry('after')]],
        line,
      )
    }
  })

  test('that are no UTF-8 stay as they are, so that the hospital sees it', async () => {
    const line = Buffer.from(basic('\xff'), 'latin1')
    const [unit] = await unitsIn('all.ndjson', line)
    assert.ok(Buffer.from((unit as Unit).text).includes(line))
  })
})

const PIECE = Buffer.alloc(1024 * 1024, 'x')

/** A source that gives `count` pieces of 1 MiB, after `first`. */
const endless = (name: string, first: string, count: number) => ({
  name,
  bytes: 0,
  first: false,
  async *open() {
    yield Buffer.from(first)
    for (let piece = 0; piece < count; piece++) yield PIECE
  },
})

describe('a document that is too long for the memory', () => {
  for (const [what, name, first] of [
    ['a file', 'all.json', '{'],
    ['standard input of one line', 'standard input', '{'],
    ['standard input of many lines', 'standard input', '{\n'],
    ['a line of NDJSON', 'all.ndjson', '{"resourceType":"Basic"}\n{'],
  ] as const) {
    test(`is refused, as ${what}, with what to do instead`, async () => {
      const found = await Array.fromAsync(unitsOf(endless(name, first, 600), () => undefined))
      const refusals = found.filter((unit) => 'why' in unit)
      assert.deepEqual(
        refusals.map(({ from }) => from),
        [name === 'all.ndjson' ? 'all.ndjson:2' : name],
      )
      assert.match(String(refusals[0]?.why), /longer than 256 MiB.*NDJSON/)
    })
  }
})

describe('a source that can not be read to its end', () => {
  const broken = (name: string, error: object, ...pieces: string[]) => ({
    name,
    bytes: 0,
    first: false,
    async *open() {
      yield* pieces.map((piece) => Buffer.from(piece))
      throw error
    },
  })
  const EIO = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' })

  test('is refused from where it ends; the lines before that are not', async () => {
    const lines = `${basic('a')}\n${basic('b')}\n{"resourceTy`
    const [refusal, unit, ...more] = await Array.fromAsync(unitsOf(broken('all.ndjson', EIO, lines), () => undefined))
    assert.deepEqual(entriesOf(unit), [basicEntry('a'), basicEntry('b')])
    assert.deepEqual(more, [])
    assert.ok(refusal !== undefined && 'why' in refusal)
    assert.equal(refusal.from, 'all.ndjson:3')
    assert.match(String(refusal.why), /can't be read.*EIO/)
  })

  test('is refused as a whole when it holds one document, or nothing came of it', async () => {
    for (const [name, ...pieces] of [['one.json', '{'], ['all.ndjson'], ['standard input', '{\n']]) {
      const found = await Array.fromAsync(unitsOf(broken(name as string, EIO, ...pieces), () => undefined))
      assert.deepEqual(
        found.map(({ from }) => from),
        [name],
      )
    }
  })

  test('is no refusal when it is the program that fails', async () => {
    const failing = unitsOf(broken('all.ndjson', new TypeError('x is not a function')), () => undefined)
    await assert.rejects(failing.next(), TypeError)
  })
})
