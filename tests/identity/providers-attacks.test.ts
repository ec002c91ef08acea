/** What comes back from an identity provider, or from whoever pretends to be one, and is not believed. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateKeyPair } from 'jose'
import type { Browser } from '../support/door.ts'
import { ADMINISTRATOR, MINUTE, PASSWORD } from '../support/identity.ts'
import { type Outside, startOutside } from '../support/outside.ts'
import { openGround } from '../support/outside-ground.ts'
import { ofSuite } from '../support/suite.ts'

const { here, later, register, newName, at, goneTo, backBy, comesIn, refusedWith, linkedPerson } = openGround(ofSuite())

describe('what comes back from an identity provider', () => {
  test('counts in the browser that began it, with its state, for ten minutes and once', async () => {
    const { sub } = await linkedPerson()
    const refused = async (browser: Browser, path: string) =>
      assert.equal((await backBy(browser, path)).page, '/sign-in?refused=not-begun-here')
    const browser = here.door.browser()
    const path = await goneTo(browser, { sub })
    const secret = String(browser.cookies.get('omnicare-provider'))
    await refused(here.door.browser(), path)
    // Another site may send the browser back with anything: the sign-in under way goes on.
    await refused(browser, path.replace(/state=[^&]*/, `state=${'A'.repeat(43)}`))
    await refused(browser, path.replace(here.provider.id, here.quietProvider.id))
    await refused(browser, `${path}&state=another`)
    assert.equal(browser.cookies.get('omnicare-provider'), secret)
    assert.equal((await backBy(browser, path)).page, '/sign-in')
    assert.equal(browser.cookies.has('omnicare-provider'), false)
    // Whoever has kept the cookie comes back by it no second time.
    browser.cookies.set('omnicare-provider', secret)
    browser.cookies.delete('omnicare')
    await refused(browser, path)
    assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
  })

  test('is over after ten minutes', async () => {
    const { sub } = await linkedPerson()
    const browser = here.door.browser()
    const path = await goneTo(browser, { sub })
    const { page } = await later(10 * MINUTE, () => backBy(browser, path))
    assert.equal(page, '/sign-in?refused=not-begun-here')
  })

  test('is refused from another issuer than it was begun with, by RFC 9207', async () => {
    const { sub } = await linkedPerson()
    for (const change of [
      (path: string) => path.replace(/iss=[^&]*/, `iss=${encodeURIComponent(here.quiet.issuer)}`),
      (path: string) => path.replace(/&iss=[^&]*/, ''),
    ]) {
      const browser = here.door.browser()
      const path = await goneTo(browser, { sub })
      assert.match(path, /iss=/)
      const { page } = await backBy(browser, change(path))
      assert.equal(page, '/sign-in?refused=provider-not-believed')
    }
  })

  test('is refused when the ID token is for another, by another, too old, or not signed by its keys', async (t) => {
    t.after(() => {
      here.outside.lie = undefined
    })
    const { sub } = await linkedPerson()
    const { privateKey: others } = await generateKeyPair('RS256')
    const past = Math.floor(Date.now() / 1000) - 3_600
    const lies: readonly [RegExp, NonNullable<Outside['lie']>][] = [
      [/: nonce$/, (claims) => ({ claims: { ...claims, nonce: 'of-another-sign-in' } })],
      [/INVALID_RESPONSE/, ({ nonce: _, ...claims }) => ({ claims })],
      [/: iss$/, (claims) => ({ claims: { ...claims, iss: here.quiet.issuer } })],
      [/: aud$/, (claims) => ({ claims: { ...claims, aud: 'another-client' } })],
      [/: exp$|TIMESTAMP/, (claims) => ({ claims: { ...claims, iat: past, exp: past + 60 } })],
      [/./, (claims) => ({ claims, header: { alg: 'none' } })],
      [/./, (claims) => ({ claims, key: others })],
      [/./, (claims) => ({ claims, key: others, header: { kid: 'unknown' } })],
    ]
    for (const [reason, lie] of lies) {
      here.outside.lie = lie
      await refusedWith('provider-not-believed', { sub }, reason)
    }
    here.outside.lie = undefined
    assert.equal((await comesIn({ sub })).session.signedIn, true)
  })

  test('is refused without the verifier that belongs to its code', async () => {
    const { sub } = await linkedPerson()
    const [one, other] = [here.door.browser(), here.door.browser()]
    const stolen = await goneTo(one, { sub })
    const own = await goneTo(other, { sub })
    const code = /code=[^&]*/.exec(stolen)?.[0] ?? ''
    const { page, entries } = await backBy(other, own.replace(/code=[^&]*/, code))
    assert.equal(page, '/sign-in?refused=provider-not-believed')
    assert.match(String(entries[0]?.reason), /invalid_grant/)
  })

  test('says so when it was cancelled there', async () => {
    const { back } = await comesIn(undefined)
    assert.equal(back.page, '/sign-in?refused=provider-said-no')
    assert.partialDeepStrictEqual(back.entries, [{ outcome: 'refused', code: 'identity/provider-said-no' }])
  })

  test('leads back to what was begun when it was cancelled, so that a program is let in another way', async () => {
    const browser = here.door.browser()
    const path = await goneTo(browser, undefined, { interaction: 'of-a-program', to: '/people' })
    const { page } = await backBy(browser, path)
    assert.equal(page, '/sign-in?interaction=of-a-program&to=%2Fpeople&refused=provider-said-no')
  })
})

describe('an identity provider that does not answer as it should', () => {
  const badly = async (answer: NonNullable<Outside['instead']>) => {
    const { sub } = await linkedPerson()
    const browser = here.door.browser()
    const path = await goneTo(browser, { sub })
    here.outside.instead = answer
    const { page, entries } = await backBy(browser, path)
    here.outside.instead = undefined
    assert.equal(page, '/sign-in?refused=provider-away')
    assert.equal(entries[0]?.outcome, 'failed')
    return String(entries[0]?.reason)
  }

  test('is said to be away: down, redirecting, endless', async () => {
    assert.match(await badly((request) => !!request.socket.destroy()), /does not answer/)
    assert.match(
      await badly((_request, response) => {
        response.writeHead(503)
        return !!response.end()
      }),
      /can not now/,
    )
    assert.match(
      await badly((_request, response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' })
        return !!response.end()
      }),
      /redirect/,
    )
    assert.match(
      await badly((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        return !!response.end(' '.repeat(1024 * 1024))
      }),
      /too much/,
    )
  })

  test('is a clear problem already when a sign-in begins, and passwords go on working', async () => {
    const nowhere = await register('Nowhere', { ...here.outside, issuer: 'http://localhost:9' }, {})
    const browser = here.door.browser()
    const { status, body } = await browser.ask('POST', `${at(nowhere)}/begin`)
    assert.equal(status, 503)
    assert.match(body.detail, /does not answer.*Sign in with your password/)
    assert.equal(browser.cookies.has('omnicare-provider'), false)
    await assert.rejects(here.door.identity.providers.test(ADMINISTRATOR, nowhere.id), {
      code: 'identity/bad-provider',
      message: 'The identity provider does not answer.',
    })
    await here.door.identity.providers.remove(ADMINISTRATOR, nowhere.id)
    const { userName } = await here.door.identity.person(newName())
    const entered = await browser.ask('POST', '/api/session/password', { userName, password: PASSWORD })
    assert.equal(entered.body.is, 'in')
  })

  test('is nobody else than it was registered as, and names no address that is not asked', async (t) => {
    const liar = await startOutside(t, { redirectUris: () => [] })
    const says = (metadata: object) => {
      liar.instead = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        return !!response.end(JSON.stringify({ issuer: liar.issuer, token_endpoint: liar.issuer, ...metadata }))
      }
    }
    const registered = await register('Liar', liar, {})
    says({ issuer: 'https://login.example.org', authorization_endpoint: `${liar.issuer}/auth` })
    await assert.rejects(here.door.identity.providers.test(ADMINISTRATOR, registered.id), {
      code: 'identity/bad-provider',
    })
    const entrances = ['http://evil.example/auth', 'javascript:alert(1)', 'https://u:p@evil.example/auth']
    for (const [index, entrance] of entrances.entries()) {
      says({ authorization_endpoint: entrance })
      const begin = () => here.door.browser().ask('POST', `${at(registered)}/begin`)
      const { status } = await later(index * MINUTE, begin)
      assert.equal(status, 503, entrance)
    }
    await here.door.identity.providers.remove(ADMINISTRATOR, registered.id)
  })

  test('is asked once by all who come at once, and not again for some seconds when it is away', async (t) => {
    const busy = await startOutside(t, { redirectUris: () => [] })
    const registered = await register('Busy', busy, {})
    let asked = 0
    let isAway = true
    busy.instead = (request, response) => {
      if (request.url?.includes('/.well-known/')) asked++
      if (!isAway) return false
      response.writeHead(503)
      return !!response.end()
    }
    const begun = () =>
      Promise.all([1, 2, 3].map(async () => (await here.door.browser().ask('POST', `${at(registered)}/begin`)).status))
    assert.deepEqual([...(await begun()), ...(await begun())], Array(6).fill(503))
    assert.equal(asked, 1)
    isAway = false
    assert.deepEqual(await later(MINUTE, begun), [200, 200, 200])
    assert.equal(asked, 2)
    await here.door.identity.providers.remove(ADMINISTRATOR, registered.id)
  })

  /** The pages that so many tries of one network lead to, and what a password from there is answered then. */
  const triesFrom = async (network: string, go: (browser: Browser) => Promise<string>) => {
    const browser = here.door.browser(network)
    const pages = []
    for (let tries = 0; tries < 53; tries++) {
      const path = await go(browser)
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { 'x-forwarded-for': network, cookie }
      pages.push((await fetch(here.door.address + path, { redirect: 'manual', headers })).headers.get('location'))
    }
    const { userName } = await here.door.identity.person(newName())
    const entered = await browser.ask('POST', '/api/session/password', { userName, password: PASSWORD })
    return { pages, entered: entered.body.is }
  }

  test('makes a network wait whose tries come to nothing again and again, but not with passwords', async () => {
    const { pages, entered } = await triesFrom('10.98.7.6', (browser) => goneTo(browser, { sub: newName() }))
    assert.equal(pages[0], '/sign-in?refused=no-account')
    assert.equal(pages.at(-1), '/sign-in?refused=wait')
    assert.equal(entered, 'in')
  })

  test('makes nobody wait when it is away, nor who cancels there', async (t) => {
    t.after(() => {
      here.outside.instead = undefined
    })
    const cancelled = await triesFrom('10.98.7.7', (browser) => goneTo(browser, undefined))
    assert.deepEqual(new Set(cancelled.pages), new Set(['/sign-in?refused=provider-said-no']))
    const { sub } = await linkedPerson()
    const away = await triesFrom('10.98.7.8', async (browser) => {
      here.outside.instead = undefined
      const path = await goneTo(browser, { sub })
      here.outside.instead = (request) => !!request.socket.destroy()
      return path
    })
    assert.deepEqual(new Set(away.pages), new Set(['/sign-in?refused=provider-away']))
    assert.deepEqual([cancelled.entered, away.entered], ['in', 'in'])
  })
})
