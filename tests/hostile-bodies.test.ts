/** What must not be stored, and must not hurt: every body here is refused with a 4xx OperationOutcome, and the process lives. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { clientOf, refusalIn, type Send } from './support/client.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const MIB = 1024 * 1024
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels)
const patient = (members: string) => `{"resourceType":"Patient",${members}}`
const transaction = (...entry: unknown[]) => ({ resourceType: 'Bundle', type: 'transaction', entry })
const posting = (resource: object, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource,
  request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
})

describe('hostile bodies', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  let send: Send
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    send = clientOf(hospital)
  })

  const refused: Readonly<Record<string, string | Buffer>> = {
    'over the limit': patient(`"language":"${'x'.repeat(33 * MIB)}"`),
    'of nothing': '',
    'of blanks': ' \n\t ',
    'that is cut off': '{"resourceType":"Patient","name":[{"family":"Doe"',
    'with a comma too many': patient('"active":true,'),
    'with a comment': patient('/* Doe */"active":true'),
    'with single quotes': "{'resourceType':'Patient'}",
    'that is an array': '[{"resourceType":"Patient"}]',
    'that is null': 'null',
    'that is a number': '1e999',
    'that is a string': '"Patient"',
    'nested 10,000 objects deep': nested('{"a":', '1', '}', 10_000),
    'nested 10,000 arrays deep': nested('[', '', ']', 10_000),
    'nested 10,000 extensions deep': patient(
      `"extension":${nested('[{"url":"http://e.x/a","extension":', '[]', '}]', 10_000)}`,
    ),
    'with a raw line end in a string': patient('"language":"e\nn"'),
    'with NUL in a string': patient('"name":[{"family":"Do\\u0000e"}]'),
    'with NUL in a code': patient('"language":"e\\u0000n"'),
    'with NUL in a uri': patient('"implicitRules":"http://e.x/\\u0000"'),
    'with NUL in a reference': patient('"managingOrganization":{"reference":"Organization/\\u0000"}'),
    'with NUL in an identifier': patient('"identifier":[{"system":"http://e.x/\\u0000","value":"\\u0000"}]'),
    'with NUL in a name': '{"resourceType":"Patient","na\\u0000me":[]}',
    'with NUL as a byte': Buffer.from('{"resourceType":"Patient","language":"\0"}'),
    'with NUL in a narrative': patient(
      '"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">\\u0000</div>"}',
    ),
    'with a control character': patient('"name":[{"family":"\\u001b[31m"}]'),
    'with a lone surrogate': patient('"name":[{"family":"\\ud800"}]'),
    'with a lone surrogate in an identifier': patient('"identifier":[{"value":"a\\udc00b"}]'),
    'with a lone surrogate in a uri': patient('"implicitRules":"http://e.x/\\ud83d"'),
    'that is no UTF-8': Buffer.from([...Buffer.from('{"resourceType":"Patient","language":"'), 0xc3, 0x28, 0x22, 0x7d]),
    'with an overlong encoding': Buffer.from([0x7b, 0xc0, 0xa2, 0x7d]),
    'with surrogates as UTF-8': Buffer.from([...Buffer.from('{"a":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]),
    'in UTF-16': Buffer.from('\ufeff{"resourceType":"Patient"}', 'utf16le'),
    'with __proto__': patient('"__proto__":{"active":true}'),
    'with __proto__ as what decides its type': '{"__proto__":{"resourceType":"Patient"}}',
    'with constructor': patient('"constructor":{"prototype":{"active":true}}'),
    'with toString': patient('"toString":"x"'),
    'with __proto__ inside': patient('"name":[{"__proto__":{"family":"Doe"}}]'),
    'of a type from Object.prototype': '{"resourceType":"constructor"}',
    'with a contained type from Object.prototype': patient('"contained":[{"resourceType":"__proto__"}]'),
    'with the same member twice': patient('"active":true,"active":false'),
    'with the same member twice, once escaped': patient('"active":true,"\\u0061ctive":false'),
    'with resourceType twice': '{"resourceType":"Patient","resourceType":"Practitioner"}',
    'with the same member twice inside': patient('"name":[{"family":"A","family":"B"}]'),
    'with a number that is infinite': patient('"multipleBirthInteger":1e999'),
    'with a whole number of 40 digits': patient(`"multipleBirthInteger":${'9'.repeat(40)}`),
    'with NaN': patient('"multipleBirthInteger":NaN'),
    'with a hexadecimal number': patient('"multipleBirthInteger":0x10'),
    'with a leading zero': patient('"multipleBirthInteger":007'),
    'with an id of 65 characters': patient(`"id":"${'x'.repeat(65)}"`),
    'with an id that climbs': patient('"id":"../../etc"'),
    'with a string of more than a million characters': patient(`"name":[{"family":"${'x'.repeat(MIB + 1)}"}]`),
    'with 100,000 unknown members': patient(Array.from({ length: 100_000 }, (_, at) => `"m${at}":1`).join(',')),
  }
  for (const [what, body] of Object.entries(refused)) {
    test(`a body ${what} is refused`, async () => {
      const answer = await send('POST', 'Patient', body)
      refusalIn(answer, what)
      assert.doesNotMatch(answer.body, /Doe/)
    })
  }

  test('a decimal may be as precise as it likes, and comes back as it was', async () => {
    for (const number of ['-0', '-0.0', '1.50', '0.000000000000000000000000000000000000001', `1.${'3'.repeat(40)}`]) {
      const body = `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${number}}}`
      const { status, json } = await send('POST', 'Observation', body)
      assert.equal(status, 201)
      const read = await send('GET', `Observation/${json.id}`)
      assert.ok(read.body.includes(`"value":${number}}`), number)
    }
    const endless = `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e999}}`
    refusalIn(await send('POST', 'Observation', endless))
  })

  test('a body that inflates past the limit is refused, however small it is sent', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MIB, ' '))
    assert.ok(bomb.length < MIB)
    const code = refusalIn(await send('POST', 'Patient', bomb, { 'content-encoding': 'gzip' }))
    assert.equal(code, 'http/body-too-large')
    refusalIn(await send('POST', 'Patient', gzipSync(bomb), { 'content-encoding': 'gzip' }))
    refusalIn(await send('POST', 'Patient', bomb.subarray(0, 1000), { 'content-encoding': 'gzip' }))
    refusalIn(await send('POST', 'Patient', '{}', { 'content-encoding': 'gzip' }))
    refusalIn(await send('POST', 'Patient', '{}', { 'content-encoding': 'br' }))
    refusalIn(await send('POST', 'Patient', bomb, { 'content-encoding': 'gzip, gzip' }))
  })

  test('a chunked body is cut off at the limit', async () => {
    let sent = 0
    const tooMuch = function* () {
      sent = 0
      yield `POST /fhir/R4/Patient HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${hospital.token}\r\n`
      yield 'content-type: application/fhir+json\r\ntransfer-encoding: chunked\r\n\r\n'
      for (; sent < 64; sent++) yield `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`
      yield '0\r\n\r\n'
    }
    // Who goes on sending after the other side has hung up may lose the answer (RFC 9112, section 9.6), and asks again.
    let answer = ''
    for (let tries = 0; answer === '' && tries < 5; tries++)
      answer = await rawRequest(hospital, tooMuch).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error
        return ''
      })
    assert.match(answer, /^HTTP\/1\.1 413 /)
    assert.match(answer, /http\/body-too-large/)
  })

  test('requests that are no HTTP, or none that ends, are refused', async () => {
    const authorization = `host: x\r\nauthorization: Bearer ${hospital.token}\r\n`
    const requests = {
      'no HTTP at all': 'HELO hospital\r\n\r\n',
      'two lengths': `POST /fhir/R4/Patient HTTP/1.1\r\n${authorization}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      'a negative length': `POST /fhir/R4/Patient HTTP/1.1\r\n${authorization}content-length: -1\r\n\r\n{}`,
      'a length and chunks': `POST /fhir/R4/Patient HTTP/1.1\r\n${authorization}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      'a chunk that is none': `POST /fhir/R4/Patient HTTP/1.1\r\n${authorization}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      'NUL in a header': `GET /fhir/R4/Patient HTTP/1.1\r\n${authorization}x-a: \0\r\n\r\n`,
      'a very long header': `GET /fhir/R4/Patient HTTP/1.1\r\n${authorization}x-a: ${'x'.repeat(100_000)}\r\n\r\n`,
      'a very long address': `GET /fhir/R4/Patient/${'x'.repeat(100_000)} HTTP/1.1\r\n${authorization}\r\n`,
      'an address with bad escapes': `GET /fhir/R4/Patient/%zz HTTP/1.1\r\n${authorization}connection: close\r\n\r\n`,
      'an address with NUL': `GET /fhir/R4/Patient/a%00b HTTP/1.1\r\n${authorization}connection: close\r\n\r\n`,
    }
    for (const [what, request] of Object.entries(requests)) {
      const answer = await rawRequest(hospital, [request])
      assert.match(answer, /^HTTP\/1\.1 4\d\d /, `${what}: ${answer}`)
      assert.match(answer, /"resourceType":"OperationOutcome".*"system":"urn:omnicare:fault"/, what)
    }
  })

  test('a body under another media type or charset is refused', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/fhir+xml',
      'application/fhir+json; charset=utf-16',
      'application/fhir+json; charset=latin1',
      'application/fhir+json; fhirVersion=5.0',
      'application/json-patch+json',
      'multipart/form-data; boundary=x',
      'nonsense',
      'a/b/c;;;=',
    ]) {
      const answer = await send('POST', 'Patient', '{"resourceType":"Patient"}', { 'content-type': type })
      assert.equal(answer.status, 415, type)
      refusalIn(answer, type)
    }
  })

  const bundles: Readonly<Record<string, object | string>> = {
    'without entries that are objects': transaction(null),
    'with numbers as entries': transaction(1, 2),
    'without a request': transaction({ resource: { resourceType: 'Patient' } }),
    'with an unknown method': transaction({ request: { method: 'TRACE', url: 'Patient' } }),
    'with a method from Object.prototype': transaction({ request: { method: 'constructor', url: 'Patient' } }),
    'with no url': transaction({ request: { method: 'GET' } }),
    'with an absolute url': transaction({ request: { method: 'GET', url: 'http://evil.example/Patient/1' } }),
    'with a url that climbs': transaction({ request: { method: 'DELETE', url: 'Patient/../Practitioner/1' } }),
    'with a bad id': transaction({
      resource: { resourceType: 'Patient' },
      request: { method: 'PUT', url: 'Patient/a_b' },
    }),
    'with an unknown type': transaction({ request: { method: 'GET', url: 'Elephant/1' } }),
    'with a type from Object.prototype': transaction({ request: { method: 'GET', url: 'Constructor/1' } }),
    'with NUL in a url': transaction({ request: { method: 'GET', url: 'Patient?name=\u0000' } }),
    'with NUL in ifNoneExist': transaction({
      resource: { resourceType: 'Patient' },
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'name=\u0000' },
    }),
    'with a version of ten digits in a url': transaction({
      request: { method: 'GET', url: 'Patient/1/_history/9999999999' },
    }),
    'with an ETag that is none': transaction({
      resource: { resourceType: 'Patient', id: 'a' },
      request: { method: 'PUT', url: 'Patient/a', ifMatch: 'x'.repeat(10_000) },
    }),
    'with the same resource twice': transaction(
      { resource: { resourceType: 'Patient', id: 'a' }, request: { method: 'PUT', url: 'Patient/a' } },
      { resource: { resourceType: 'Patient', id: 'a' }, request: { method: 'PUT', url: 'Patient/a' } },
    ),
    'with the same fullUrl twice': transaction(
      posting({ resourceType: 'Patient' }, 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000001'),
      posting({ resourceType: 'Patient' }, 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000001'),
    ),
    'with a patch that is no JSON': transaction({
      resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: 'e30x' },
      request: { method: 'PATCH', url: 'Patient/a' },
    }),
    'with a patch that is no patch': transaction({
      resource: { resourceType: 'Binary', contentType: 'application/json-patch+json' },
      request: { method: 'PATCH', url: 'Patient/a' },
    }),
    'with 10,001 entries': transaction(...Array.from({ length: 10_001 }, () => posting({ resourceType: 'Patient' }))),
    'of another type': { resourceType: 'Bundle', type: 'collection', entry: [] },
    'of no type': { resourceType: 'Bundle' },
    'whose entries are an object': { resourceType: 'Bundle', type: 'transaction', entry: { length: 3 } },
    'with two resources in an entry':
      '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient","active":true}}]}',
    'with two entries members':
      '{"resourceType":"Bundle","type":"transaction","entry":[],"entry":[{"request":{"method":"GET","url":"Patient"}}]}',
    'with __proto__':
      '{"resourceType":"Bundle","type":"transaction","entry":[{"__proto__":{"request":{"method":"GET","url":"Patient"}}}]}',
  }
  for (const [what, bundle] of Object.entries(bundles)) {
    test(`a transaction ${what} is refused`, async () => {
      refusalIn(await send('POST', '', bundle), what)
    })
  }

  test('resources that refer to each other in a circle are stored together', async () => {
    const [one, two] = [
      'urn:uuid:1e1e1e1e-0000-4000-8000-000000000001',
      'urn:uuid:1e1e1e1e-0000-4000-8000-000000000002',
    ]
    const link = (url: string) => ({ resourceType: 'Patient', link: [{ other: { reference: url }, type: 'seealso' }] })
    const answer = await send('POST', '', transaction(posting(link(two), one), posting(link(one), two)))
    assert.equal(answer.status, 200, answer.body)
    const [first, second] = (answer.json.entry as { response: { location: string } }[]).map(
      ({ response }) => /Patient\/[^/]+/.exec(response.location)?.[0],
    )
    assert.ok((await send('GET', first as string)).body.includes(`"reference":"${second}"`))
    assert.ok((await send('GET', second as string)).body.includes(`"reference":"${first}"`))
  })

  test('characters that mean something to COPY mean nothing in a name', async () => {
    const names = [
      '\\N',
      '\\.',
      'a\tb',
      'a\nb',
      'a\r\nb',
      '\\',
      'a\\',
      "it's",
      '"',
      '{a,b}',
      '\\x41',
      '\\\\N',
      '$1',
      'NULL',
      '\u{1f3e5}',
    ]
    const entry = names.map((family) => posting({ resourceType: 'Person', name: [{ family }] }))
    const answer = await send('POST', '', transaction(...entry))
    assert.equal(answer.status, 200, answer.body)
    const locations = (answer.json.entry as { response: { location: string } }[]).map(
      ({ response }) => response.location,
    )
    for (const [index, family] of names.entries()) {
      const { json } = await send('GET', locations[index] as string)
      assert.deepEqual(json.name, [{ family }])
      const asked = encodeURIComponent(family.replace(/[\\,|$]/g, '\\$&'))
      for (const by of ['name', 'name:exact', 'name:contains'])
        assert.ok(
          (await send('GET', `Person?${by}=${asked}&_id=${json.id}`)).body.includes(`Person/${json.id}"`),
          `${by} ${family}`,
        )
    }
  })

  test('a refused entry of a batch says its fault, and the others are carried out', async () => {
    const patches = [null, 1, {}, { part: {} }, { part: [null] }, { part: [{ name: 'type' }] }].map((parameter) => ({
      resource: { resourceType: 'Parameters', parameter: [parameter] },
      request: { method: 'PATCH', url: 'Patient/a' },
    }))
    const entry = [
      ...patches,
      {
        resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: '!' },
        request: { method: 'PATCH', url: 'Patient/a' },
      },
      { request: { method: 'GET', url: 'Patient/none' } },
      { request: { method: 'GET', url: 'Patient?birthdate=nonsense' } },
      { request: { method: 'GET', url: 'Patient?_id=%00' } },
      posting({ resourceType: 'Patient', nonsense: 1 }),
    ]
    const answer = await send('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [...entry, posting({ resourceType: 'Patient' })],
    })
    assert.equal(answer.status, 200, answer.body)
    const responses = (
      answer.json.entry as {
        response: { status: string; outcome?: { issue: { details: { coding: { code: string }[] } }[] } }
      }[]
    ).map(({ response }) => response)
    assert.match(responses.at(-1)?.status ?? '', /^201/)
    for (const [index, { status, outcome }] of responses.slice(0, -1).entries()) {
      assert.match(status, /^4\d\d/, `entry ${index}`)
      assert.match(outcome?.issue[0]?.details.coding[0]?.code ?? '', /^[a-z]+\/[a-z0-9-]+$/, `entry ${index}`)
    }
  })

  test('after all of it the hospital still serves, and has not grown without bound', async () => {
    assert.equal((await send('GET', 'Patient?_count=1')).status, 200)
    assert.equal(({} as { active?: boolean }).active, undefined)
    assert.ok(process.memoryUsage().rss < 1500 * MIB)
  })
})

/** Sends bytes as they are, and gives all that comes back until the other side hangs up. */
function rawRequest({ url }: TestHospital, parts: Iterable<string> | (() => Iterable<string>)): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    socket.on('close', () => resolve(answer)).on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
    socket.on('connect', async () => {
      for (const part of typeof parts === 'function' ? parts() : parts) {
        if (answer !== '' || !socket.writable) break
        if (!socket.write(part)) await new Promise((drained) => socket.once('drain', drained).once('close', drained))
      }
    })
  })
}
