import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { operationsAddress, relyingPartyOf } from './identity-care.ts'

const LISTENING = { operations: () => 'https://127.0.0.1:41231', hospital: () => 'https://127.0.0.1:41230' }
const UNSET = { operationsPublicUrl: undefined, publicUrl: undefined }

describe('where passkeys work', () => {
  test('is at the ports that are listened on, by the scheme that is spoken there', () => {
    const { id, origins } = relyingPartyOf(UNSET, LISTENING)
    assert.equal(id, 'localhost')
    assert.deepEqual(origins, ['https://localhost:41231', 'https://localhost:41230'])
  })

  test('is at the addresses by which people come, where they are set', () => {
    const publicly = { operationsPublicUrl: 'https://ops.example.org/', publicUrl: 'https://emr.example.org/x' }
    const { id, origins } = relyingPartyOf(publicly, LISTENING)
    assert.equal(id, 'ops.example.org')
    assert.deepEqual(origins, ['https://ops.example.org', 'https://emr.example.org'])
  })
})

describe('where people sign in', () => {
  test('is a page by https where operations speaks it', () => {
    assert.equal(operationsAddress(UNSET, 'https://127.0.0.1:41231'), 'https://localhost:41231')
    assert.equal(operationsAddress(UNSET, 'http://0.0.0.0:8081'), 'http://localhost:8081')
  })
})
