import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProviderRules } from '../terms.ts'
import { mayBeAsked, namesBy, rolesBy, verifiedEmail } from './rules.ts'

const rules = (claim: string): ProviderRules => ({
  scopes: ['openid'],
  linkByEmail: false,
  secondByAmr: [],
  secondByAcr: [],
  create: { claim, roles: { nurses: ['nurse'], doctors: ['physician', 'nurse'] } },
})

describe('the roles of an account that is made', () => {
  test('are those of all values of the claim: by name, by path as Keycloak has it, or by an address as its name', () => {
    assert.deepEqual(rolesBy({ groups: ['doctors', 'others'] }, rules('groups')), ['physician', 'nurse'])
    assert.deepEqual(rolesBy({ groups: 'nurses' }, rules('groups')), ['nurse'])
    assert.deepEqual(rolesBy({ realm_access: { roles: ['nurses'] } }, rules('realm_access.roles')), ['nurse'])
    assert.deepEqual(rolesBy({ 'https://a.example/groups': ['nurses'] }, rules('https://a.example/groups')), ['nurse'])
  })

  test('are none for what isn’t the value itself, and what every object has', () => {
    for (const groups of [undefined, null, [], ['Nurses'], [['nurses']], { nurses: true }, 'constructor', 'nurses ', 1])
      assert.deepEqual(rolesBy({ groups }, rules('groups')), [], JSON.stringify(groups))
    assert.deepEqual(rolesBy({}, rules('constructor.name')), [])
    const { create: _, ...never } = rules('groups')
    assert.deepEqual(rolesBy({ groups: ['nurses'] }, never), [])
  })
})

describe('a verified address', () => {
  test('is one of which the provider says exactly so', () => {
    assert.equal(verifiedEmail({ email: 'a@example.org', email_verified: true }), 'a@example.org')
    for (const email_verified of [undefined, false, 'true', 1])
      assert.equal(verifiedEmail({ email: 'a@example.org', email_verified }), undefined)
    for (const email of ['', '\u212aim@example.org', 'a b@example.org', `${'a'.repeat(250)}@b.org`, 7])
      assert.equal(verifiedEmail({ email, email_verified: true }), undefined)
  })

  test('is what somebody is called who has no other name, and an unverified one is not', () => {
    assert.equal(namesBy({ email: 'a@example.org', email_verified: true })?.userName, 'a@example.org')
    assert.equal(namesBy({ email: 'a@example.org' }), undefined)
  })
})

describe('an address of a provider', () => {
  test('is asked by https, and on this machine only for a provider of this machine', () => {
    const outside = 'https://login.example.org'
    assert.ok(mayBeAsked('https://tokens.example.net/token', outside))
    assert.ok(mayBeAsked('http://localhost:8080/token', 'http://localhost:8080'))
    for (const url of ['https://10.0.0.7/token', 'https://[fd12::7]/token', 'https://[64:ff9b::8.8.8.8]/token'])
      assert.ok(mayBeAsked(url, outside), url)
    for (const url of [
      'http://tokens.example.net/token',
      'http://169.254.169.254/latest',
      'https://localhost/token',
      'https://127.0.0.1/token',
      'http://[::1]/token',
      'https://0/token',
      'https://2130706433/token',
      'https://127.1/token',
      'https://127.9.9.9/token',
      'https://[::ffff:127.0.0.1]/token',
      'https://[64:ff9b::127.0.0.1]/token',
      'https://localhost./token',
      'https://any.localhost/token',
      'https://169.254.169.254/token',
      'https://[fe80::1]/token',
      'https://[::]/token',
      'https://224.0.0.1/token',
      'https://[2002:7f00:1::]/token',
      'file:///etc/passwd',
      'https://user@tokens.example.net/',
      'nothing',
    ])
      assert.equal(mayBeAsked(url, outside), false, url)
  })
})
