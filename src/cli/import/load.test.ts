import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { load } from './load.ts'

/** Something at the hospital's address that answers by `listener`; gives the address. */
async function answering(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const UNITS = Array.from({ length: 50 }, (_, index) => ({ from: `${index}`, text: `{"n":${index}}` }))

describe('loading', { timeout: 60_000 }, () => {
  test('sends again what is not answered in time, under the same key', async (t) => {
    const keys: unknown[] = []
    const url = await answering(t, (request, response) => {
      keys.push(request.headers['idempotency-key'])
      if (keys.length > 1) response.end('{}')
    })
    const { units, refused } = await load(
      UNITS.slice(0, 1),
      { url, token: 't', answerWithinMs: 1_000 },
      1,
      () => undefined,
    )
    assert.deepEqual([units, refused], [1, []])
    assert.equal(keys.length, 2)
    assert.equal(keys[0], keys[1])
  })

  test('leaves nobody sending when one can not go on', async (t) => {
    const held = Promise.withResolvers<void>()
    let asked = 0
    const url = await answering(t, (_request, response) => {
      asked++
      if (asked === 1) response.on('close', () => held.resolve())
      else response.writeHead(401).end('{}')
    })
    await assert.rejects(
      load(UNITS, { url, token: 't' }, 2, () => undefined),
      { code: 'cli/wrong-token' },
    )
    await held.promise
    assert.equal(asked, 2)
  })
})
