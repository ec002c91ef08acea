import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { filesFor, newCertificate } from '../tests/support/certificates.ts'
import { tlsFiles } from './tls.ts'

const UNSET = { publicUrl: undefined, operationsPublicUrl: undefined }

describe('TLS', () => {
  test('is refused beside an address of http, which would take its protection from browsers', (t) => {
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
      assert.throws(() => tlsFiles({ ...on, ...plain }), { code: 'tls/plain-address', message })
    }
    assert.deepEqual(tlsFiles({ ...on, publicUrl: 'https://emr.example.org' }), files)
    assert.deepEqual(tlsFiles(on), files)
  })

  test('that is off leaves every address as it is', () => {
    const off = { tlsCertificate: undefined, tlsKey: undefined, operationsPublicUrl: undefined }
    assert.equal(tlsFiles({ ...off, publicUrl: 'http://emr.example.org' }), undefined)
  })
})
