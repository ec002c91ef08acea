/** The commands that look after accounts, sessions and keys of a running OmniCare, and what they leave in the audit trail. */
import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { ApiKey, OneTimeLink, Person, Provider } from '#identity'
import { omnicare as command } from '../support/command.ts'
import { type Running, readyHome, startOmniCare, until } from '../support/running.ts'

const omnicare = (running: Running, ...args: string[]) => command(running, 'identity', ...args)

describe('the accounts of a running OmniCare', { timeout: 240_000 }, () => {
  test('are invited, changed, suspended and ended by commands, and the audit trail says so', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    assert.equal(statSync(join(running.home, 'identity-key')).mode & 0o777, 0o600)
    const json = async <T>(...args: string[]): Promise<T> => {
      const { exit, out, err } = await omnicare(running, ...args, '--json')
      assert.equal(exit, 0, err)
      return JSON.parse(out) as T
    }

    assert.match((await omnicare(running, 'users', 'list')).out, /\nadmin +Administrator +active +administrator /)
    const { person, link } = await json<{ person: Person; link: OneTimeLink }>(
      ...['users', 'invite', 'ada', '--name', 'Ada Lovelace', '--roles', 'nurse,physician', '--fhir', 'Practitioner/7'],
    )
    const { port } = new URL(running.run().operations)
    assert.equal(link.address, `http://localhost:${port}/link#${link.secret}`)
    assert.partialDeepStrictEqual(person, { userName: 'ada', state: 'invited', roles: ['physician', 'nurse'] })
    const again = await omnicare(running, 'users', 'invite', 'ada', '--again')
    assert.match(again.out, /shown once, good until .*Z\.\nhttp:\/\/localhost:\d+\/link#[\w-]{43}\n$/)
    assert.deepEqual(await json('users', 'roles', 'ADA', '--set', 'billing'), ['billing'])
    const { out: table } = await omnicare(running, 'users', 'list', '--state', 'invited')
    assert.match(table, /^user +name +state .*\nada +Ada Lovelace +invited +billing +none +never\n$/)

    const taken = await omnicare(running, 'users', 'invite', 'Ada', '--roles', 'nurse')
    assert.equal(taken.exit, 1)
    assert.match(taken.err, /The user name is taken/)
    const early = await omnicare(running, 'users', 'suspend', 'ada')
    assert.match(early.err, /The account is invited; it would have to be active/)
    const nobody = await omnicare(running, 'users', 'end', 'nobody')
    assert.match(nobody.err, /no such account/)
    assert.equal((await json<Person>('users', 'end', 'ada')).state, 'ended')

    assert.match((await omnicare(running, 'mail')).out, /^Nothing is mailed: OMNICARE_SMTP_URL is not set/)
    assert.equal((await omnicare(running, 'sessions')).out, 'Nobody is signed in.\n')
    const orphans = await omnicare(running, 'sessions', '--orphaned')
    assert.deepEqual([orphans.exit, orphans.out], [0, 'There are no orphaned sessions.\n'])
    assert.equal((await omnicare(running, 'sessions', '--orphaned', '--end')).out, '0 orphaned sessions ended.\n')
    assert.equal((await omnicare(running, 'sessions', '--end')).exit, 2)

    const { key, made } = await json<{ key: string; made: ApiKey }>(
      ...['keys', 'make', 'Analyser', '--scopes', 'system/Observation.rs,system/Patient.r', '--days', '20'],
    )
    assert.match(key, /^omc_/)
    const expiring = await omnicare(running, 'keys', '--expiring')
    assert.equal(expiring.exit, 1)
    assert.ok(expiring.out.includes(made.id) && !expiring.out.includes(key))
    assert.match((await omnicare(running, 'keys', 'give', made.id, '--owner', 'ada')).err, /may not have left/)
    const given = await omnicare(running, 'keys', 'give', made.id, '--owner', 'admin')
    assert.equal(given.out, 'admin answers for the key.\n')
    assert.equal((await omnicare(running, 'keys', 'end', made.id)).out, 'The key has ended.\n')
    assert.equal((await omnicare(running, 'keys')).out, 'There are no API keys.\n')

    const count = async (action: string) => {
      const asked = `${running.run().operations}/api/operations/audit/count?action=${action}`
      const counted = await fetch(asked, { headers: { authorization: `Bearer ${running.token}` } })
      return ((await counted.json()) as { count: number }).count
    }
    // Two lists, two invitations and one refused, roles, a refused suspension, the end.
    await until('the changes are sealed', async () => (await count('account')) >= 8)
    await until('the keys are sealed', async () => (await count('api-key')) >= 4)
  })

  test('may be of an identity provider, whose secret is read from a file and shown nowhere', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    const file = join(running.home, 'secret.txt')
    writeFileSync(file, 'never-shown-again\n')
    const said: string[] = []
    const run = async (...args: string[]) => {
      const { exit, out, err } = await omnicare(running, 'providers', ...args)
      said.push(out, err)
      return { exit, out, err }
    }
    assert.equal((await run()).out, 'There are no identity providers.\n')
    const where = ['--issuer', 'http://localhost:9', '--client-id', 'omnicare', '--secret-file', file]
    const trusted = ['--link-by-email', '--amr', 'mfa,hwk', '--claim', 'groups', '--roles', 'cn=it,dc=x=operator,nurse']
    const added = await run('add', 'Example Health', ...where, ...trusted, '--json')
    const { id, hasSecret, redirectUri, rules } = JSON.parse(added.out) as Provider
    assert.equal(hasSecret, true)
    assert.equal(new URL(redirectUri).pathname, `/api/session/providers/${id}/callback`)
    assert.partialDeepStrictEqual(rules, {
      linkByEmail: true,
      secondByAmr: ['mfa', 'hwk'],
      create: { claim: 'groups', roles: { 'cn=it,dc=x': ['nurse', 'operator'] } },
    })
    assert.match((await run('list')).out, /Example Health +http:\/\/localhost:9 +omnicare +mfa hwk +yes +by groups\n$/)
    const tested = await run('test', id)
    assert.deepEqual([tested.exit, /does not answer/.test(tested.err)], [2, true])
    assert.equal((await run('add', 'Other', '--issuer', 'https://a.example', '--claim', 'groups')).exit, 2)
    const linked = await run('link', 'example health', '--user', 'admin', '--subject', 'sub-of-admin')
    assert.deepEqual([linked.exit, linked.err], [0, ''])
    assert.match((await run('linked', 'Example Health')).out, /admin +sub-of-admin +\S+ +never\n$/)
    assert.equal((await run('link', id, '--user', 'admin')).exit, 2)
    assert.equal((await run('unlink', id, '--user', 'admin')).exit, 0)
    assert.equal((await run('linked', id)).out, 'Nobody is linked to it.\n')
    assert.equal(
      (await run('remove', 'Example Health')).out,
      'Nobody comes in by it any more; 0 sessions that were begun by it have ended.\n',
    )
    assert.equal((await run('remove', id)).exit, 1)
    assert.ok(!said.join('').includes('never-shown-again'))
  })

  test('are nobody’s business without the token', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    for (const path of ['users', 'sessions', 'keys'])
      assert.equal((await fetch(`${running.run().operations}/api/operations/identity/${path}`)).status, 401)
  })
})
