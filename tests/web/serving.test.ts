import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { startDoor } from '../support/door.ts'
import { ofSuite } from '../support/suite.ts'

const root = join(import.meta.dirname, '../..')
const built = join(root, 'web/built')
const KIB = 1024

describe('the files of the web pages', { timeout: 60_000 }, () => {
  const t = ofSuite()
  let address: string
  before(async () => {
    address = (await startDoor(t)).address
  })

  const pages = [...readFileSync(join(root, 'web/app.tsx'), 'utf8').matchAll(/path: '([^']+)'/g)].map(([, path]) =>
    String(path).replace(/\$\w+/, '7'),
  )

  test('are one document at every address of a page, asked for again each time', async () => {
    assert.ok(pages.length > 5)
    const document = readFileSync(join(built, 'index.html'), 'utf8')
    for (const page of pages) {
      const answer = await fetch(address + page)
      assert.equal(answer.status, 200, page)
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(answer.headers.get('cache-control'), 'no-cache')
      assert.equal(await answer.text(), document)
    }
  })

  test('are not asked for twice when they have not changed', async () => {
    const etag = String((await fetch(`${address}/`)).headers.get('etag'))
    // As a browser asks; fetch by itself would forbid every cache.
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' }
    assert.equal((await fetch(`${address}/`, { headers })).status, 304)
  })

  test('are kept for ever when their name changes with their content', async () => {
    const [script] = globSync('assets/index-*.js', { cwd: built })
    const answer = await fetch(`${address}/${script}`)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(answer.headers.get('content-encoding'), 'gzip')
    assert.equal(await answer.text(), readFileSync(join(built, String(script)), 'utf8'))
  })

  test('may run, load and be framed as their policy says: nothing that is written into a page', async () => {
    const { headers } = await fetch(`${address}/sign-in`)
    const policy = new Map(
      String(headers.get('content-security-policy'))
        .split('; ')
        .map((rule) => rule.split(/ (.*)/) as [string, string]),
    )
    assert.deepEqual(Object.fromEntries(policy), {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'connect-src': "'self' http://127.0.0.1:9",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    })
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  test('are no way to other files, and addresses that are no page are none', async () => {
    for (const path of ['/index.html.gz', '/assets/', '/assets/none.js', '/..%2fpackage.json', '/api/none', '/nowhere'])
      assert.equal((await fetch(address + path)).status, 401, path)
    assert.equal((await fetch(`${address}/sign-in`, { method: 'POST' })).status, 405)
  })

  test('weigh less than 250 kB on the first load, compressed', async () => {
    const document = readFileSync(join(built, 'index.html'), 'utf8')
    const first = [...document.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, file]) => String(file))
    let bytes = 0
    for (const file of ['index.html', ...first]) {
      const packed = globSync(`${file}.gz`, { cwd: built })[0]
      bytes += readFileSync(join(built, packed ?? file)).length
      if (packed !== undefined)
        assert.deepEqual(gunzipSync(readFileSync(join(built, packed))), readFileSync(join(built, file)), file)
    }
    assert.ok(first.length > 1)
    assert.ok(bytes < 250 * KIB, `${bytes} bytes`)
  })
})
