/** A door with two identity providers of others behind it, and people who come in by them. */
import assert from 'node:assert/strict'
import { before } from 'node:test'
import type { Provider, ProviderRules, Role } from '#identity'
import { type Browser, type Door, newNetwork, startDoor } from './door.ts'
import { ADMINISTRATOR } from './identity.ts'
import { type Outside, type Outsider, startOutside } from './outside.ts'
import type { After } from './suite.ts'

/** To be called in the body of a file or suite: what it opens is there once its tests run. */
export function openGround(suite: After) {
  let door: Door
  let outside: Outside
  /** Says everything by userinfo only. */
  let quiet: Outside
  let provider: Provider
  let quietProvider: Provider
  /** How much later it is for OmniCare. */
  let aheadMs = 0
  before(async () => {
    door = await startDoor(suite, { nowMs: () => Date.now() + aheadMs })
    outside = await startOutside(suite, { redirectUris: () => [provider.redirectUri] })
    quiet = await startOutside(suite, { redirectUris: () => [quietProvider.redirectUri], inIdToken: false })
    const create = { claim: 'groups', roles: { 'ward-nurses': ['nurse'], it: ['operator'] } } as const
    const rules = { linkByEmail: true, secondByAmr: ['mfa'], secondByAcr: ['strong'], create }
    provider = await register('Example Health', outside, rules)
    quietProvider = await register('Quiet Health', quiet, { ...rules, linkByEmail: false })
  })

  const register = (name: string, { issuer, clientId, secret }: Outside, rules: Partial<ProviderRules>) =>
    door.identity.providers.add(ADMINISTRATOR, {
      name,
      issuer,
      clientId,
      secret,
      rules: { scopes: ['email', 'profile'], linkByEmail: false, secondByAmr: [], secondByAcr: [], ...rules },
    })

  let names = 0
  const newName = () => `outsider-${++names}`
  const at = (of: Provider) => `/api/session/providers/${of.id}`
  const pathOf = (address: string) => address.slice(door.address.length)

  /** Goes to the provider, and gives the address by which the browser comes back. */
  async function goneTo(
    browser: Browser,
    who: Outsider | undefined,
    given: object = {},
    of = provider,
    there = outside,
  ) {
    const { status, body } = await browser.ask('POST', `${at(of)}/begin`, given)
    assert.equal(status, 200, JSON.stringify(body))
    there.who = who
    return pathOf(await there.walk(body.redirect))
  }

  /** Comes back, and gives the page that follows with what was recorded. */
  async function backBy(browser: Browser, path: string) {
    const answer = await fetch(door.address + path, {
      redirect: 'manual',
      headers: {
        'x-forwarded-for': newNetwork(),
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') browser.cookies.delete(name)
      else browser.cookies.set(name, value)
    }
    const entries = await door.identity.recorded(String(answer.headers.get('x-request-id')))
    return { status: answer.status, page: answer.headers.get('location'), entries }
  }

  async function comesIn(who: Outsider | undefined, of = provider, there = outside) {
    const browser = door.browser()
    const back = await backBy(browser, await goneTo(browser, who, {}, of, there))
    return { browser, back, session: (await browser.ask('GET', '/api/session')).body }
  }

  /** Nobody came in, and the trail says why. */
  async function refusedWith(word: string, who: Outsider, reason?: RegExp) {
    const { back, session } = await comesIn(who)
    assert.deepEqual([back.status, back.page], [303, `/sign-in?refused=${word}`])
    assert.equal(session.signedIn, false)
    assert.equal(session.step, undefined)
    const [entry] = back.entries
    assert.partialDeepStrictEqual(entry, { action: 'sign-in', outcome: 'refused', code: `identity/${word}` })
    assert.ok(entry?.resources.includes(`provider/${provider.id}`))
    if (reason !== undefined) assert.match(String(entry?.reason), reason)
  }

  const nurse = (sub = newName(), claims: object = {}): Outsider => ({
    sub,
    claims: { preferred_username: sub, name: `The ${sub}`, groups: ['ward-nurses'], ...claims },
  })
  /** Somebody whom the hospital knows already. */
  const linkedPerson = async (roles: Role[] = ['nurse']) => {
    const sub = newName()
    const person = await door.identity.person(`own-${sub}`, { roles })
    await door.identity.providers.link(ADMINISTRATOR, provider.id, person.id, sub)
    return { sub, person }
  }

  return {
    here: {
      get door() {
        return door
      },
      get outside() {
        return outside
      },
      get quiet() {
        return quiet
      },
      get provider() {
        return provider
      },
      get quietProvider() {
        return quietProvider
      },
    },
    /** Does something as if it were so much later for OmniCare. */
    async later<T>(ms: number, work: () => Promise<T>): Promise<T> {
      aheadMs = ms
      try {
        return await work()
      } finally {
        aheadMs = 0
      }
    },
    register,
    newName,
    at,
    pathOf,
    goneTo,
    backBy,
    comesIn,
    refusedWith,
    nurse,
    linkedPerson,
  }
}
