/** Whatever is changed is changed wholly, with its record, or not at all, whichever step fails. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { failingAtEveryStep, type Moment } from '../support/faults-at-every-step.ts'
import { ADMINISTRATOR, callerOf, codeOf, MINUTE, PASSWORD, startIdentity } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())

let names = 0
const newName = () => `person-${++names}`
const over = (control: Database) => identity.again({ control })
const done = async (request: string) =>
  (await identity.recorded(request)).filter(({ outcome }) => outcome === undefined).map(({ reason }) => reason)

for (const moment of ['before', 'after'] as const satisfies Moment[])
  describe(`when any step fails, ${moment} it was taken`, () => {
    test('an invitation makes an active account and is used up and recorded, or none of these', async () => {
      let caller = callerOf()
      let last = { id: '', secret: '' }
      const steps = await failingAtEveryStep(
        identity.control,
        moment,
        async (control) => {
          caller = callerOf()
          const { person, link } = await identity.people.invite(ADMINISTRATOR, {
            userName: newName(),
            displayName: 'Ada',
            roles: ['nurse'],
          })
          last = { id: person.id, secret: link.secret }
          const failing = await over(control)
          await failing.invitations.use(caller, link.secret, PASSWORD)
        },
        async (step) => {
          const { state } = await identity.people.find(last.id)
          assert.deepEqual(
            await done(caller.request),
            state === 'active' ? ['invitation accepted'] : [],
            `step ${step}`,
          )
          const again = identity.invitations.use(callerOf(), last.secret, PASSWORD)
          if (state === 'active') await assert.rejects(again, { code: 'identity/no-link' })
          else assert.equal((await again).state, 'active', `step ${step}`)
        },
      )
      assert.ok(steps > 8, `${steps} steps`)
    })

    test('a suspension ends the sessions, is told and recorded, or none of these', async () => {
      let caller = callerOf()
      let last = { id: '', secret: '' }
      const steps = await failingAtEveryStep(
        identity.control,
        moment,
        async (control) => {
          caller = { ...callerOf(), role: 'administrator' }
          const userName = newName()
          const { id } = await identity.person(userName)
          const begun = await identity.signIn.withPassword(callerOf(), {
            userName,
            password: PASSWORD,
            place: 'hospital',
          })
          assert.ok(begun.is === 'in')
          last = { id, secret: begun.session.secret }
          const failing = await over(control)
          await failing.people.suspend(caller, id)
        },
        async (step) => {
          const suspended = (await identity.people.find(last.id)).state === 'suspended'
          assert.equal(
            (await identity.sessions.check(last.secret, 'hospital')) === undefined,
            suspended,
            `step ${step}`,
          )
          const told = (await identity.sessions.ended(60)).some(({ id }) => id === last.id)
          assert.equal(told, suspended, `step ${step}`)
          assert.deepEqual(await done(caller.request), suspended ? ['suspended'] : [], `step ${step}`)
        },
      )
      assert.ok(steps > 6, `${steps} steps`)
    })

    test('a code opens one session, which is recorded, or none and can be sent again', async () => {
      const userName = newName()
      const { id } = await identity.person(userName, { roles: ['operator'] })
      const credentials = { userName, password: PASSWORD } as const
      const enrolling = await identity.signIn.withPassword(callerOf(), { ...credentials, place: 'operations' })
      assert.ok(enrolling.is === 'enrol')
      const { secret } = await identity.signIn.beginTotp(callerOf(), enrolling.ticket)
      await identity.signIn.confirmTotp(callerOf(), enrolling.ticket, codeOf(secret, identity.nowMs()))
      const sessions = async () => {
        const [row] = await identity.control.rows(
          sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.session WHERE person = ${id}`,
        )
        return row?.n ?? 0
      }
      let caller = callerOf()
      let ticket = ''
      let had = 0
      const steps = await failingAtEveryStep(
        identity.control,
        moment,
        async (control) => {
          identity.later(2 * MINUTE)
          caller = callerOf()
          const begun = await identity.signIn.withPassword(callerOf(), { ...credentials, place: 'operations' })
          assert.ok(begun.is === 'second-factor')
          ticket = begun.ticket
          had = await sessions()
          const failing = await over(control)
          await failing.signIn.withCode(caller, ticket, codeOf(secret, identity.nowMs()))
        },
        async (step) => {
          const opened = (await sessions()) - had
          assert.deepEqual(await done(caller.request), opened === 1 ? ['signed in'] : [], `step ${step}`)
          if (opened === 1) return
          const again = await identity.signIn.withCode(callerOf(), ticket, codeOf(secret, identity.nowMs()))
          assert.equal(again.is, 'in', `step ${step}`)
        },
      )
      assert.ok(steps > 10, `${steps} steps`)
    })
  })
