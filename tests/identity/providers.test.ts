/** Coming in by an identity provider of the hospital: another oidc-provider. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openSeal } from '#identity'
import { type Browser, OWNER_TOKEN } from '../support/door.ts'
import { ADMINISTRATOR, callerOf, codeOf, PASSWORD } from '../support/identity.ts'
import { startOutside } from '../support/outside.ts'
import { openGround } from '../support/outside-ground.ts'
import { ofSuite } from '../support/suite.ts'

const { here, newName, at, pathOf, goneTo, backBy, comesIn, refusedWith, nurse, linkedPerson, register } = openGround(
  ofSuite(),
)

describe('an identity provider of the hospital', () => {
  test('is named on the sign-in page, and nothing else of it is told', async () => {
    const { body } = await here.door.browser().ask('GET', '/api/session/providers')
    assert.deepEqual(body.providers, [
      { id: here.provider.id, name: 'Example Health' },
      { id: here.quietProvider.id, name: 'Quiet Health' },
    ])
  })

  test('lets whoever is linked in by provider and subject, and both are in the audit trail', async () => {
    const { sub, person } = await linkedPerson()
    const { back, session } = await comesIn({ sub })
    assert.deepEqual([back.status, back.page], [303, '/sign-in'])
    assert.partialDeepStrictEqual(session, {
      signedIn: true,
      person: { id: person.id },
      session: { factors: ['provider'] },
    })
    assert.partialDeepStrictEqual(back.entries, [
      {
        action: 'sign-in',
        reason: 'signed in',
        actor: { id: person.id },
        resources: [`person/${person.id}`, `provider/${here.provider.id}`],
      },
    ])
  })

  for (const [how, which, there] of [
    ['the ID token', () => here.provider, () => here.outside],
    ['userinfo', () => here.quietProvider, () => here.quiet],
  ] as const)
    test(`makes an account with the roles of the claim where ${how} says so, once`, async () => {
      const who = nurse()
      const { back, session } = await comesIn(who, which(), there())
      assert.partialDeepStrictEqual(session.person, { userName: who.sub, roles: ['nurse'] })
      assert.deepEqual(
        back.entries.map(({ action, reason }) => `${action}: ${reason}`),
        [
          'account: made at the first sign-in: nurse',
          'credential: identity linked to the account made for it',
          'sign-in: signed in',
        ],
      )
      const again = await comesIn(who, which(), there())
      assert.equal(again.session.person.id, session.person.id)
    })

  for (const [how, which, there] of [
    ['the ID token', () => here.provider, () => here.outside],
    ['userinfo', () => here.quietProvider, () => here.quiet],
  ] as const)
    test(`gives the account that it made the roles of the claim at each sign-in, as ${how} says, and ends what was begun with others`, async () => {
      const who = nurse()
      const first = await comesIn(who, which(), there())
      const moved = await comesIn(nurse(who.sub, { groups: ['it'] }), which(), there())
      assert.deepEqual((await here.door.identity.people.find(first.session.person.id)).roles, ['operator'])
      assert.equal(moved.session.step, 'enrol')
      assert.equal(moved.back.entries[0]?.reason, 'roles by the identity provider: operator')
      assert.equal((await first.browser.ask('GET', '/api/session')).body.signedIn, false)
    })

  test('lets nobody in to the account that it made whom the claim gives no role any more, and they are out everywhere', async () => {
    const who = nurse()
    const { browser, session } = await comesIn(who)
    const { back } = await comesIn(nurse(who.sub, { groups: ['visitors'] }))
    assert.equal(back.page, '/sign-in?refused=no-account')
    const reason = 'the identity provider gives no role any more'
    assert.partialDeepStrictEqual(back.entries, [
      { action: 'sign-out', reason: `signed out: ${reason}` },
      { action: 'sign-in', outcome: 'refused', reason },
    ])
    assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
    assert.equal((await here.door.identity.people.find(session.person.id)).state, 'active')
  })

  test('gives no roles to an account that it did not make, nor once an administrator has set them', async () => {
    const { sub, person } = await linkedPerson(['physician'])
    assert.deepEqual((await comesIn(nurse(sub))).session.person.roles, ['physician'])
    const made = nurse()
    const { session } = await comesIn(made)
    await here.door.identity.people.setRoles(ADMINISTRATOR, session.person.id, ['physician'])
    assert.deepEqual((await comesIn(made)).session.person.roles, ['physician'])
    assert.deepEqual((await here.door.identity.people.find(person.id)).roles, ['physician'])
  })

  test('makes no account for whom no value of the claim has roles, nor under a name that is taken', async () => {
    await refusedWith('no-account', nurse(newName(), { groups: ['visitors'] }))
    await refusedWith('no-account', nurse(newName(), { groups: undefined }))
    await refusedWith('no-account', nurse(newName(), { preferred_username: 'not a user name' }))
    const { userName } = await here.door.identity.person(newName())
    await refusedWith('no-account', nurse(newName(), { preferred_username: userName.toUpperCase() }))
  })

  test('finds an account by an address that it has verified and an administrator has given, and by no other', async () => {
    const email = (name: string) => `${name}@example.org`
    const given = newName()
    const person = await here.door.identity.person(given, { email: email(given) })
    const stranger = (claims: object) => ({ sub: newName(), claims: { email: email(given), ...claims } })
    await refusedWith('no-account', stranger({ email_verified: false }))
    await refusedWith('no-account', stranger({}))
    await refusedWith('no-account', stranger({ email_verified: 'true' }))
    const { session, back } = await comesIn(stranger({ email: email(given).toUpperCase(), email_verified: true }))
    assert.equal(session.person.id, person.id)
    assert.equal(back.entries[0]?.reason, 'identity linked by address')
    // It has its identity there: another one with the same address isn't it.
    await refusedWith('no-account', stranger({ email_verified: true }))

    const own = await here.door.identity.person(newName())
    const actor = { kind: 'person', id: own.id } as const
    await here.door.identity.people.change({ ...ADMINISTRATOR, actor }, own.id, { email: 'chief@example.org' })
    await refusedWith('no-account', { sub: newName(), claims: { email: 'chief@example.org', email_verified: true } })
    for (const _ of [1, 2]) await here.door.identity.person(newName(), { email: 'shared@example.org' })
    await refusedWith('no-account', { sub: newName(), claims: { email: 'shared@example.org', email_verified: true } })
  })

  test('opens the account of whoever was invited under the address, and the link they were sent is over', async () => {
    const userName = newName()
    const { link } = await here.door.identity.people.invite(ADMINISTRATOR, {
      userName,
      displayName: userName,
      roles: ['physician'],
      email: `${userName}@example.org`,
    })
    const claims = { email: `${userName}@example.org`, email_verified: true }
    const { session } = await comesIn({ sub: newName(), claims })
    assert.partialDeepStrictEqual(session.person, { userName, roles: ['physician'] })
    await assert.rejects(here.door.identity.invitations.look(link.secret), { code: 'identity/no-link' })
  })

  test('lets nobody in whose account is suspended or has ended, and makes them no other', async () => {
    for (const change of ['suspend', 'end'] as const) {
      const { sub, person } = await linkedPerson()
      await here.door.identity.people[change](ADMINISTRATOR, person.id)
      await refusedWith('no-account', nurse(sub))
      const invited = await here.door.identity.person(newName(), { email: `${sub}@example.org` })
      await here.door.identity.people[change](ADMINISTRATOR, invited.id)
      await refusedWith('no-account', nurse(newName(), { email: `${sub}@example.org`, email_verified: true }))
    }
  })

  test('is believed of a second factor only in the words that were agreed, else ours is asked for', async () => {
    const { sub, person } = await linkedPerson(['operator'])
    for (const weak of [{}, { amr: ['pwd'] }, { acr: '0' }]) {
      const { session } = await comesIn({ sub, ...weak })
      assert.partialDeepStrictEqual(session, { signedIn: false, step: 'enrol' })
    }
    const { browser } = await comesIn({ sub })
    const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
    const code = codeOf(secret, Date.now())
    assert.equal((await browser.ask('POST', '/api/session/enrol/totp/confirm', { code })).body.is, 'in')
    const asked = await comesIn({ sub, amr: ['pwd'] })
    assert.partialDeepStrictEqual(asked.session, { signedIn: false, step: 'second-factor' })
    for (const strong of [{ amr: ['pwd', 'mfa'] }, { acr: 'strong' }]) {
      const { session } = await comesIn({ sub, ...strong })
      assert.partialDeepStrictEqual(session, {
        signedIn: true,
        person: { id: person.id },
        session: { place: 'operations', factors: ['provider', 'provider-second'] },
      })
    }
  })

  test('leads back to the page that was wanted, which is one of ours', async () => {
    const { sub } = await linkedPerson()
    const browser = here.door.browser()
    const path = await goneTo(browser, { sub }, { to: '//evil.example', interaction: 'one' })
    assert.equal((await backBy(browser, path)).page, '/sign-in?to=%2F%2Fevil.example&interaction=one')
    const odd = await here.door.browser().ask('POST', `${at(here.provider)}/begin`, { back: 'https://evil.example' })
    assert.equal(odd.status, 400)
  })
})

describe('an account', () => {
  const signedIn = async () => {
    const browser = here.door.browser()
    const person = await here.door.identity.person(newName())
    await browser.ask('POST', '/api/session/password', { userName: person.userName, password: PASSWORD })
    return { browser, person }
  }
  const begin = (browser: Browser, password: string) =>
    browser.ask('POST', `/api/account/identities/${here.provider.id}/begin`, { password })

  test('is linked by its owner with the password at hand, and unlinked so', async () => {
    const { browser, person } = await signedIn()
    const sub = newName()
    assert.equal((await begin(browser, 'not this one at all')).status, 401)
    const { redirect } = (await begin(browser, PASSWORD)).body
    here.outside.who = { sub }
    const { page, entries } = await backBy(browser, pathOf(await here.outside.walk(redirect)))
    assert.equal(page, '/account')
    assert.partialDeepStrictEqual(entries, [
      {
        action: 'credential',
        reason: 'identity linked',
        resources: [`person/${person.id}`, `provider/${here.provider.id}`],
      },
    ])
    const { body } = await browser.ask('GET', '/api/account/identities')
    assert.partialDeepStrictEqual(body, {
      linked: [{ name: 'Example Health', subject: sub }],
      others: [{ name: 'Quiet Health' }],
    })
    assert.equal((await comesIn({ sub })).session.person.id, person.id)
    const path = `/api/account/identities/${here.provider.id}`
    assert.equal((await browser.ask('DELETE', path, { password: 'not this one at all' })).status, 401)
    assert.equal((await browser.ask('DELETE', path, { password: PASSWORD })).status, 200)
    assert.equal((await browser.ask('DELETE', path, { password: PASSWORD })).status, 404)
    await refusedWith('no-account', { sub })
  })

  test('hears by mail of each identity that is linked and unlinked, and other sessions end with one', async () => {
    const { identity } = here.door
    const name = newName()
    const email = `${name}@example.org`
    const person = await identity.person(name, { email })
    const told = () => identity.mails.filter(({ to, kind }) => to.address === email && kind.startsWith('identity-'))
    const kinds = () => told().map(({ kind }) => kind)
    const enter = async () => {
      const browser = here.door.browser()
      await browser.ask('POST', '/api/session/password', { userName: name, password: PASSWORD })
      return browser
    }
    const isIn = async (browser: Browser) => (await browser.ask('GET', '/api/session')).body.signedIn

    const [own, another] = [await enter(), await enter()]
    here.outside.who = { sub: name }
    await backBy(own, pathOf(await here.outside.walk((await begin(own, PASSWORD)).body.redirect)))
    assert.deepEqual(kinds(), ['identity-linked'])
    assert.match(String(told()[0]?.text), /change your password, unlink identities that are not yours/)
    const path = `/api/account/identities/${here.provider.id}`
    assert.equal((await own.ask('DELETE', path, { password: PASSWORD })).status, 200)
    assert.deepEqual([await isIn(own), await isIn(another)], [true, false])

    await identity.providers.link(ADMINISTRATOR, here.provider.id, person.id, name)
    await identity.providers.unlink(ADMINISTRATOR, here.provider.id, person.id)
    assert.equal(await isIn(own), false)
    assert.ok(!told().at(-1)?.text.includes(ADMINISTRATOR.address), 'not where the administrator sits')

    await comesIn({ sub: newName(), claims: { email, email_verified: true } })
    const twice = ['identity-linked', 'identity-unlinked', 'identity-linked', 'identity-unlinked']
    assert.deepEqual(kinds(), [...twice, 'identity-linked'])
  })

  test('is linked by administrators for others, and never to their own by the session alone', async () => {
    const own = await here.door.identity.person(newName(), { roles: ['administrator'] })
    const other = await here.door.identity.person(newName())
    const caller = { ...callerOf(), actor: { kind: 'person', id: own.id } } as const
    const { providers, recorded } = here.door.identity
    await assert.rejects(providers.link(caller, here.provider.id, own.id, newName()), { code: 'identity/own-rights' })
    assert.partialDeepStrictEqual(await recorded(caller.request), [{ outcome: 'refused', code: 'identity/own-rights' }])
    assert.deepEqual(await providers.linkedOf(own.id), [])
    await providers.link(caller, here.provider.id, other.id, newName())
    assert.equal((await providers.linkedOf(other.id)).length, 1)
  })

  test('is not linked to an identity of somebody else, nor by whoever is signed in by then', async () => {
    const { sub } = await linkedPerson()
    const { browser } = await signedIn()
    const gone = async () => {
      here.outside.who = { sub }
      return pathOf(await here.outside.walk((await begin(browser, PASSWORD)).body.redirect))
    }
    assert.equal((await backBy(browser, await gone())).page, '/account?refused=linked-already')
    const path = await gone()
    browser.cookies.set('omnicare', String((await signedIn()).browser.cookies.get('omnicare')))
    assert.equal((await backBy(browser, path)).page, '/account?refused=not-begun-here')
  })
})

describe('identity providers at operations', () => {
  const administer = async (path: string, body?: object) => {
    const answer = await fetch(`${here.door.address}/api/operations/identity/providers${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: what each address answers differs.
    return { status: answer.status, body: (await answer.json()) as any }
  }

  test('are added, tested, listed without their secrets, linked and removed', async (t) => {
    const third = await startOutside(t, { redirectUris: () => [] })
    const given = { name: 'Third', issuer: third.issuer, clientId: 'omnicare', secret: 'never-shown-again' }
    const added = await administer('', given)
    assert.equal(added.status, 200)
    const { id } = added.body
    assert.equal(added.body.redirectUri, `${here.door.address}/api/session/providers/${id}/callback`)
    assert.equal((await administer('', given)).status, 422)
    const tested = await administer(`/${id}/test`, {})
    assert.equal(tested.body.signsInAt, `${third.issuer}/auth`)
    const listed = await administer('')
    assert.ok(!JSON.stringify([added.body, listed.body]).includes('never-shown-again'))
    const { userName } = await here.door.identity.person(newName())
    assert.equal((await administer(`/${id}/identities`, { user: userName, subject: 'one' })).status, 200)
    assert.equal((await administer(`/${id}/identities`, { user: userName, subject: 'two' })).status, 409)
    assert.partialDeepStrictEqual((await administer(`/${id}/identities`)).body.linked, [{ userName, subject: 'one' }])
    assert.equal((await administer(`/${id}/identities/remove`, { user: userName })).status, 200)
    assert.equal((await administer(`/${id}/remove`, {})).status, 200)
    assert.equal((await administer(`/${id}/remove`, {})).status, 404)
    assert.equal((await here.door.browser().ask('POST', `/api/session/providers/${id}/begin`)).status, 404)
  })

  test('are refused when they could be anybody: by plain http, with odd words, by roles that there are none of', async () => {
    const given = { name: 'Odd', issuer: 'https://login.example.org', clientId: 'omnicare' }
    for (const wrong of [
      { issuer: 'http://login.example.org' },
      { issuer: 'https://login.example.org/?tenant=all' },
      { issuer: 'https://u:p@login.example.org' },
      { name: '' },
      { clientId: 'ü' },
      { secret: '' },
      { rules: { scopes: ['two words'] } },
      { rules: { create: { claim: 'groups', roles: {} } } },
      { rules: { create: { claim: 'groups', roles: { it: ['wizard'] } } } },
    ])
      assert.equal((await administer('', { ...given, ...wrong })).status, 422, JSON.stringify(wrong))
    for (const unknown of [{ url: 'x' }, { rules: { trust: 'all' } }, { rules: [] }])
      assert.equal((await administer('', { ...given, ...unknown })).status, 400, JSON.stringify(unknown))
  })
})

describe('an identity provider that is removed', () => {
  test('has signed out whom it had let in, with what programs were given, and writes to them', async (t) => {
    const gone = await startOutside(t, { redirectUris: () => [provider.redirectUri] })
    const provider = await register('Going', gone, {})
    const sub = newName()
    const person = await here.door.identity.person(newName(), { email: `${sub}@example.org` })
    await here.door.identity.providers.link(ADMINISTRATOR, provider.id, person.id, sub)
    const byPassword = await here.door.browser().ask('POST', '/api/session/password', {
      userName: person.userName,
      password: PASSWORD,
    })
    assert.equal(byPassword.body.is, 'in')
    const { browser } = await comesIn({ sub }, provider, gone)
    assert.deepEqual(await here.door.identity.providers.remove(ADMINISTRATOR, provider.id), { sessions: 1 })
    assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
    assert.deepEqual(
      (await here.door.identity.sessions.list({ person: person.id })).map(({ factors }) => factors),
      [['password']],
    )
    const told = here.door.identity.mails.filter(({ to }) => to.address === `${sub}@example.org`)
    assert.ok(told.some(({ kind }) => kind === 'provider-removed'))
  })
})

describe('the secret of an identity provider', () => {
  test('is sealed anew by another identity key, and nothing is left of the former', async () => {
    const key = Buffer.alloc(32, 8)
    await here.door.identity.again({ seal: openSeal(key, [Buffer.alloc(32, 7)]) })
    const anew = await here.door.identity.again({ seal: openSeal(key), address: () => here.door.address })
    const { secret, redirect } = await anew.providers.begin(callerOf(), here.provider.id, '/sign-in')
    here.outside.who = { sub: (await linkedPerson()).sub }
    const { search } = new URL(await here.outside.walk(redirect))
    const given = {
      provider: here.provider.id,
      secret,
      query: search.slice(1),
      signedIn: undefined,
      usedUp: () => undefined,
    }
    assert.equal((await anew.providers.cameBack(callerOf(), given)).progress?.is, 'in')
    await assert.rejects(here.door.identity.providers.begin(callerOf(), here.provider.id, '/sign-in'), {
      code: 'identity/other-identity-key',
    })
  })
})
