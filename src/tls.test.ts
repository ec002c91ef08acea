import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { filesFor, newCertificate, put } from '../tests/support/certificates.ts'
import { beginTls } from './tls.ts'

const UNSET = { publicUrl: undefined, operationsPublicUrl: undefined }

describe('TLS', () => {
  test('is refused beside an address of http, which would take its protection from browsers', async (t) => {
    const files = filesFor(t, newCertificate(t))
    const on = { ...UNSET, tlsCertificate: files.certificate, tlsKey: files.key }
    for (const [setting, plain] of [
      ['OMNICARE_PUBLIC_URL', { publicUrl: 'http://emr.example.org' }],
      [
        'OMNICARE_OPERATIONS_PUBLIC_URL',
        { publicUrl: 'https://emr.example.org', operationsPublicUrl: 'http://ops.example.org' },
      ],
    ] as const) {
      const message = new RegExp(`^TLS is on, but ${setting} begins with http:`)
      await assert.rejects(beginTls({ ...on, ...plain }), { code: 'tls/plain-address', message })
    }
    assert.deepEqual(await beginTls({ ...on, publicUrl: 'https://emr.example.org' }), { files })
    assert.deepEqual(await beginTls(on), { files })
  })

  test('begins with the pair of whoever has started the process, only while the files hold none that can be served', async (t) => {
    const [made, former] = [newCertificate(t), newCertificate(t)]
    const files = filesFor(t, made)
    const on = { ...UNSET, tlsCertificate: files.certificate, tlsKey: files.key }
    let asked = 0
    const ask = async () => {
      asked++
      return former
    }
    assert.deepEqual([await beginTls(on, ask), asked], [{ files }, 0])
    put(files, { cert: former.cert, key: made.key })
    assert.deepEqual([await beginTls(on, ask), asked], [{ files, held: former }, 1])
    await assert.rejects(
      beginTls(on, async () => undefined),
      { code: 'tls/other-key' },
    )
  })

  test('that is off leaves every address as it is', async () => {
    const off = { tlsCertificate: undefined, tlsKey: undefined, operationsPublicUrl: undefined }
    assert.equal(await beginTls({ ...off, publicUrl: 'http://emr.example.org' }), undefined)
  })
})
