import assert from 'node:assert/strict'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { filesFor, newAuthority, newCertificate } from '../../../tests/support/certificates.ts'
import type { After } from '../../../tests/support/suite.ts'
import { Fault } from '../fault.ts'
import { type PairFiles, readPair } from './pair.ts'

const DAY_MS = 86_400_000
const refusal = (files: PairFiles, nowMs = Date.now()) => {
  try {
    readPair(files, nowMs)
  } catch (error) {
    assert.ok(error instanceof Fault)
    assert.ok(error.remedy !== '' && !error.message.includes('\n'))
    return error.code
  }
  return undefined
}
const changed = (t: After, change: (files: PairFiles) => void): PairFiles => {
  const files = filesFor(t, newCertificate(t))
  change(files)
  return files
}

describe('a certificate and its key', () => {
  test('are read when they belong together: signed by themselves, by an authority, elliptic or RSA', (t) => {
    const by = newAuthority(t)
    for (const made of [newCertificate(t), newCertificate(t, { by }), newCertificate(t, { rsaBits: 2048 })])
      assert.equal(readPair(filesFor(t, made), Date.now()).cert, made.cert)
  })

  const refused: Record<string, [string, (files: PairFiles, t: After) => void]> = {
    'the certificate is not there': ['tls/absent', ({ certificate }) => rmSync(certificate)],
    'the key is not there': ['tls/absent', ({ key }) => rmSync(key)],
    'one is a folder': ['tls/unreadable', (files) => Object.assign(files, { certificate: '/tmp' })],
    'everybody may read the key': ['tls/open-key', ({ key }) => chmodSync(key, 0o644)],
    'there is no certificate in the file': [
      'tls/not-certificate',
      ({ certificate }) => writeFileSync(certificate, 'x'),
    ],
    'the file is empty, half written': ['tls/not-certificate', ({ certificate }) => writeFileSync(certificate, '')],
    'there is no key in the file': ['tls/not-key', ({ key, certificate }) => writeFileSync(key, certificate)],
    'the key is that of another': ['tls/other-key', ({ key }, t) => writeFileSync(key, newCertificate(t).key)],
    'those who vouch for it come first': [
      'tls/other-key',
      ({ certificate, key }, t) => {
        const by = newAuthority(t)
        const made = newCertificate(t, { by })
        writeFileSync(certificate, by.cert + made.cert)
        writeFileSync(key, made.key)
      },
    ],
    'its key is too short to keep anything secret': [
      'tls/unusable',
      (files, t) => Object.assign(files, filesFor(t, newCertificate(t, { rsaBits: 1024 }))),
    ],
  }
  for (const [what, [code, change]] of Object.entries(refused)) {
    test(`are refused when ${what}`, (t) => {
      assert.equal(refusal(changed(t, (files) => change(files, t))), code)
    })
  }

  test('are refused before they count and once they have ended', (t) => {
    const files = filesFor(t, newCertificate(t, { days: 90 }))
    assert.equal(refusal(files, Date.now() - DAY_MS), 'tls/not-yet')
    assert.equal(refusal(files, Date.now() + 89 * DAY_MS), undefined)
    assert.equal(refusal(files, Date.now() + 91 * DAY_MS), 'tls/over')
  })
})
