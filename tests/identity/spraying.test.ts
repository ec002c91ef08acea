/** Guessing at many accounts from many addresses, and asking who has one. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { type Door, newNetwork, startDoor } from '../support/door.ts'
import { ADMINISTRATOR, PASSWORD } from '../support/identity.ts'
import { newestFirst, ofSuite } from '../support/suite.ts'

const ADDRESSES = 100
const TRIES_EACH = 100
const ACCOUNTS = 20
/** As most people choose one; it is that of nobody but the last account. */
const SPRAYED = 'Autumn2026 Hospital'

const suite = ofSuite()
let door: Door
before(async () => {
  door = await startDoor(suite)
})

const nameOf = (account: number) => `employee-${account}`

describe('spraying passwords', { timeout: 600_000 }, () => {
  test('10,000 tries from 100 addresses get little further than a few, each is refused alike and recorded', async (t) => {
    for (let account = 0; account < ACCOUNTS; account++) await door.identity.person(nameOf(account))
    const before = (await door.identity.recorded()).length
    const answers = new Map<string, number>()
    const spray = async (from: string, address: number) => {
      const browser = door.browser(from)
      for (let n = 0; n < TRIES_EACH; n++) {
        // Every account from every address, and as many names that nobody has.
        const userName = n % 2 === 0 ? nameOf((n / 2 + address) % ACCOUNTS) : `nobody-${n % 20}`
        const { status, body } = await browser.ask('POST', '/api/session/password', { userName, password: SPRAYED })
        const what = `${status} ${body.title}`
        answers.set(what, (answers.get(what) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: ADDRESSES }, (_, address) => spray(newNetwork(), address)))
    t.diagnostic(JSON.stringify(Object.fromEntries(answers)))
    assert.deepEqual([...answers.keys()].sort(), ['401 identity/wrong', '429 identity/wait'])
    const [looked = 0, waited = 0] = ['401 identity/wrong', '429 identity/wait'].map((what) => answers.get(what))
    assert.equal(looked + waited, ADDRESSES * TRIES_EACH)
    // Of each name, known or not, some are looked at; the clock stands still, so that none is forgotten.
    assert.ok(looked <= (ACCOUNTS + 10) * 6, `${looked} passwords were looked at`)

    const entries = (await door.identity.recorded()).slice(before)
    const refused = entries.filter(({ action, outcome }) => action === 'sign-in' && outcome === 'refused')
    assert.equal(refused.length, ADDRESSES * TRIES_EACH)
    assert.equal(new Set(refused.map(({ address }) => address)).size, ADDRESSES)
    assert.ok(!JSON.stringify(entries).includes(SPRAYED))
    const [sessions] = await door.identity.control.rows(
      sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.session`,
    )
    assert.equal(sessions?.n, 0)
  })

  test('locks nobody out who comes from where they have signed in before, or with a link', async () => {
    const person = await door.identity.people.find(nameOf(3))
    const { secret } = await door.identity.people.reset(ADMINISTRATOR, person.id)
    const browser = door.browser()
    const accepted = await browser.ask('POST', '/api/session/link/accept', { secret, password: `${PASSWORD} again` })
    assert.equal(accepted.body.is, 'in')
  })
})

describe('who has an account', () => {
  test('is told by no answer: status, words and headers of an unknown, a wrong and a suspended one are the same', async () => {
    await door.identity.person('ann')
    const bob = await door.identity.person('bob')
    await door.identity.people.suspend(ADMINISTRATOR, bob.id)
    await door.identity.people.invite(ADMINISTRATOR, { userName: 'eve', displayName: 'Eve', roles: ['nurse'] })
    const answerOf = async (userName: string, password = 'a wrong password') => {
      const browser = door.browser()
      const answer = await browser.ask('POST', '/api/session/password', { userName, password })
      const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
      return JSON.stringify([answer.status, answer.body, headers, [...browser.cookies.keys()]])
    }
    const expected = await answerOf('ann')
    for (const [userName, password] of [
      ['nobody'],
      ['bob'],
      ['bob', PASSWORD],
      ['eve'],
      ['\0'],
      ['x'.repeat(5_000)],
    ] as const)
      assert.equal(await answerOf(userName, password), expected, userName)
  })

  test('takes as long to be refused, whoever is asked for', async (t) => {
    // As the real thing costs: with a cheap hash the network would be all that is measured.
    const real = await startDoor(newestFirst(t), { cost: { memoryKiB: 19_456, passes: 2, lanes: 1 } })
    await real.identity.person('known')
    const tookMs = async (userName: string) => {
      const browser = real.browser()
      await browser.ask('GET', '/api/session')
      const began = performance.now()
      await browser.ask('POST', '/api/session/password', { userName, password: 'a wrong password' })
      return performance.now() - began
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let n = 0; n < 5; n++) {
      known.push(await tookMs('known'))
      unknown.push(await tookMs('unknown'))
    }
    const least = [Math.min(...known), Math.min(...unknown)] as const
    t.diagnostic(`known ${least[0].toFixed(1)} ms, unknown ${least[1].toFixed(1)} ms`)
    // Without a hash for unknown names it would be a tenth.
    assert.ok(least[1] > least[0] / 3 && least[1] < least[0] * 3, String(least))
  })
})
