/** What is mailed, by a real mail server: what it takes, puts off and refuses, and what lies in the database meanwhile. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { failingAtEveryStep, type Moment } from '../support/faults-at-every-step.ts'
import { ADMINISTRATOR, callerOf, HOUR, MINUTE, PASSWORD, secretIn, startIdentity } from '../support/identity.ts'
import { openTestOutbox, rowsOf } from '../support/outbox.ts'
import { until } from '../support/running.ts'
import { certificate, startSmtp } from '../support/smtp.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
const identity = await startIdentity(suite)

let names = 0
type Opened = Awaited<ReturnType<typeof openTestOutbox>>

/** Invites somebody by mail; gives the id of the account and the row of the outbox. */
async function invite({ mail }: Pick<Opened, 'mail'>, control = identity.control) {
  const mailing = await identity.again({ control, mail })
  const userName = `invited-${++names}`
  const { person, link } = await mailing.people.invite(ADMINISTRATOR, {
    userName,
    displayName: 'Ada <b>Lovelace</b>',
    email: `${userName}@example.org`,
    roles: ['nurse'],
  })
  return { userName, person, link, mailing }
}
const newest = async () => (await rowsOf(identity)).at(-1)

describe('an invitation by mail', () => {
  test('arrives with a link that lets its owner in, and leaves no secret behind', async (t) => {
    const smtp = await startSmtp(t)
    const opened = await openTestOutbox(identity, smtp.port)
    const { userName, link, mailing } = await invite(opened)
    assert.equal(link.mailed, true)
    const waiting = await newest()
    assert.deepEqual([waiting?.state, waiting?.kind], ['waiting', 'invitation'])
    const lies = Buffer.from(String(waiting?.content).slice(2), 'hex').toString('latin1')
    assert.ok(!lies.includes(link.secret) && !lies.includes(userName), 'what waits is sealed')

    assert.equal(await opened.deliver(), 1)
    const [letter] = smtp.arrived
    assert.deepEqual(letter?.to, [`${userName}@example.org`])
    assert.equal(letter?.subject, 'OmniCare: Your OmniCare account')
    assert.equal(letter?.messageId, `<${waiting?.id}@emr.example.org>`)
    assert.ok(letter?.text.includes(`https://emr.example.org/link#${link.secret}`))
    assert.ok(letter?.text.includes('Hello Ada &lt;b&gt;Lovelace&lt;/b&gt;,'), 'names are text in HTML, too')
    assert.match(String(letter?.text), /^auto-submitted: auto-generated\r$/im)
    assert.partialDeepStrictEqual(await newest(), { state: 'sent', content: null, key: null, tries: 1 })
    assert.equal(await opened.deliver(), 0)
    const secret = secretIn(letter?.text.replaceAll('\r', ''))
    assert.equal((await mailing.invitations.use(callerOf(), String(secret), PASSWORD)).userName, userName)
  })

  test('is not mailed to who has no address, and the administrator is told', async (t) => {
    const opened = await openTestOutbox(identity, (await startSmtp(t)).port)
    const before = (await rowsOf(identity)).length
    const mailing = await identity.again({ mail: opened.mail })
    const invitation = { userName: `no-address-${++names}`, displayName: 'Bea', roles: ['nurse'] }
    const { link } = await mailing.people.invite(ADMINISTRATOR, invitation)
    assert.deepEqual([link.mailed, (await rowsOf(identity)).length], [false, before])
  })

  for (const moment of ['before', 'after'] as const satisfies Moment[])
    test(`waits if and only if the account was made, when any step fails, ${moment} it was taken`, async (t) => {
      const { port } = await startSmtp(t)
      let name = ''
      const steps = await failingAtEveryStep(
        identity.control,
        moment,
        async (control) => {
          name = `invited-${names + 1}`
          const opened = await openTestOutbox(identity, port)
          await invite(opened, control)
        },
        async (step) => {
          const made = await identity.people.find(name).catch(() => undefined)
          const waits = (await identity.control.rows(
            sql`SELECT FROM operations.outbox WHERE about = ${`person/${made?.id}`} AND state = 'waiting'`,
          )) as unknown[]
          assert.equal(waits.length, made === undefined ? 0 : 1, `step ${step}`)
        },
      )
      assert.ok(steps > 5, `${steps} steps`)
      await identity.control.rows(sql`DELETE FROM operations.outbox`)
    })
})

describe('delivery', () => {
  test('is tried again, later each time, while the mail server puts it off', async (t) => {
    const smtp = await startSmtp(t)
    const opened = await openTestOutbox(identity, smtp.port)
    await invite(opened)
    smtp.answer((n) => (n <= 2 ? { code: 451 } : undefined))
    await opened.deliver()
    assert.partialDeepStrictEqual(await newest(), {
      state: 'waiting',
      tries: 1,
      why: 'the mail server refuses it for now (451)',
    })
    assert.equal(await opened.deliver(), 0, 'not at once')
    identity.later(11_000)
    assert.equal(await opened.deliver(), 1)
    identity.later(11_000)
    assert.equal(await opened.deliver(), 0, 'and not as soon as before')
    identity.later(11_000)
    assert.equal(await opened.deliver(), 1)
    assert.equal(smtp.arrived.length, 1)
    assert.partialDeepStrictEqual(await newest(), { state: 'sent', tries: 3, why: null })
  })

  test('is given up when the mail server refuses for good, and the dead letter is counted and shown without its words', async (t) => {
    const smtp = await startSmtp(t)
    const opened = await openTestOutbox(identity, smtp.port)
    const { person } = await invite(opened)
    smtp.answer(() => ({ code: 550 }))
    await opened.deliver()
    const why = 'the mail server refuses it for good (550)'
    assert.partialDeepStrictEqual(await newest(), { state: 'dead', content: null, key: null, tries: 1, why })
    const [shown] = await opened.outbox.list({ state: 'dead', most: 1 })
    assert.partialDeepStrictEqual(shown, { kind: 'invitation', about: `person/${person.id}`, state: 'dead', why })
    assert.match(await opened.metrics.metrics(), /notifications_total\{channel="mail",outcome="dead"\} 1/)
    assert.ok(!JSON.stringify(opened.lines).includes('@example.org'), 'the log names no address')
  })

  test('is given up when the link has ended meanwhile, or after fifteen tries', async (t) => {
    const smtp = await startSmtp(t)
    const opened = await openTestOutbox(identity, smtp.port)
    await invite(opened)
    identity.later(73 * HOUR)
    await opened.deliver()
    assert.partialDeepStrictEqual(await newest(), { state: 'dead', why: 'too late' })
    assert.equal(smtp.offered(), 0)

    await invite(opened)
    smtp.answer(() => ({ code: 421 }))
    let tries = 0
    for (; (await newest())?.state === 'waiting'; tries++) {
      identity.later(31 * MINUTE)
      await opened.deliver()
    }
    assert.equal(tries, 15)
    assert.match(String((await newest())?.why), /^too many tries: /)
  })

  test('is tried again while there is no mail server, and arrives when there is one', async (t) => {
    const gone = await openTestOutbox(identity, 9)
    await invite(gone)
    await gone.deliver()
    assert.partialDeepStrictEqual(await newest(), { state: 'waiting', tries: 1 })
    identity.later(MINUTE)
    const smtp = await startSmtp(t)
    await (await openTestOutbox(identity, smtp.port)).deliver()
    assert.equal(smtp.arrived.length, 1)
  })

  test('says the same message id when it has to be repeated because the answer was lost', async (t) => {
    const smtp = await startSmtp(t)
    const opened = await openTestOutbox(identity, smtp.port)
    await invite(opened)
    smtp.answer((n) => (n === 1 ? { code: 451, kept: true } : undefined))
    await opened.deliver()
    identity.later(MINUTE)
    await opened.deliver()
    const ids = smtp.arrived.map(({ messageId }) => messageId)
    assert.equal(ids.length, 2)
    assert.equal(new Set(ids).size, 1)
  })

  for (const moment of ['before', 'after'] as const satisfies Moment[])
    test(`reaches its end whichever step fails, ${moment} it was taken, and says the same message id if it comes twice`, async (t) => {
      const smtp = await startSmtp(t)
      const well = await openTestOutbox(identity, smtp.port)
      const steps = await failingAtEveryStep(
        identity.control,
        moment,
        async (control) => {
          await invite(well)
          const failing = await openTestOutbox(identity, smtp.port, { control })
          await failing.deliver()
        },
        async (step) => {
          identity.later(MINUTE)
          await well.deliver()
          const row = await newest()
          assert.equal(row?.state, 'sent', `step ${step}`)
          const copies = smtp.arrived.filter(({ messageId }) => messageId.includes(String(row?.id)))
          assert.ok(copies.length >= 1 && copies.length <= 2, `step ${step}: ${copies.length} copies`)
        },
      )
      assert.ok(steps >= 3, `${steps} steps`)
    })

  test('is not made twice by two who look at the same time', async (t) => {
    const smtp = await startSmtp(t)
    const [one, other] = [await openTestOutbox(identity, smtp.port), await openTestOutbox(identity, smtp.port)]
    for (let n = 0; n < 6; n++) await invite(one)
    await Promise.all([one.deliver(), other.deliver()])
    await Promise.all([one.deliver(), other.deliver()])
    assert.equal(smtp.arrived.length, 6)
    assert.equal(new Set(smtp.arrived.map(({ messageId }) => messageId)).size, 6)
  })

  test('takes no more in than may wait, and the account is made all the same', async (t) => {
    const { port } = await startSmtp(t)
    const opened = await openTestOutbox(identity, port, { mostWaiting: 2 })
    const links = [await invite(opened), await invite(opened), await invite(opened)].map(({ link }) => link.mailed)
    assert.deepEqual(links, [true, true, false])
    assert.match(await opened.metrics.metrics(), /notifications_total\{channel="mail",outcome="full"\} 1/)
    await identity.control.rows(sql`DELETE FROM operations.outbox`)
  })
})

describe('the connection to the mail server', () => {
  const HOST = '127.0.0.2'

  test('is encrypted before anything is said, with the user and password of the settings', async (t) => {
    const { key, cert, file } = certificate(t, HOST)
    const options = { key, cert, hideSTARTTLS: false, authOptional: false }
    const smtp = await startSmtp(
      t,
      {
        ...options,
        onAuth: ({ username, password }, _session, done) =>
          password === 'p@ss' ? done(null, { user: String(username) }) : done(new Error('wrong')),
      },
      HOST,
    )
    const url = (password: string) => `smtp://omnicare:${password}@${HOST}:${smtp.port}`
    await invite(await openTestOutbox(identity, smtp.port))
    const wrong = await openTestOutbox(identity, smtp.port, { mail: { url: url('wrong'), authoritiesFile: file } })
    await wrong.deliver()
    assert.partialDeepStrictEqual(await newest(), { state: 'waiting', why: 'the mail server refuses the sign-in' })
    identity.later(MINUTE)
    const right = await openTestOutbox(identity, smtp.port, { mail: { url: url('p%40ss'), authoritiesFile: file } })
    await right.deliver()
    assert.partialDeepStrictEqual(smtp.arrived, [{ secure: true, user: 'omnicare' }])
  })

  test('is given up, and tried again later, when STARTTLS is not offered or the certificate is not vouched for', async (t) => {
    const plain = await startSmtp(t, {}, HOST)
    const { key, cert } = certificate(t, HOST)
    const unknown = await startSmtp(t, { key, cert, hideSTARTTLS: false }, HOST)
    for (const smtp of [plain, unknown]) {
      const opened = await openTestOutbox(identity, smtp.port, { mail: { url: `smtp://${HOST}:${smtp.port}` } })
      await invite(opened)
      await opened.deliver()
      const why = 'no safe connection to the mail server'
      assert.partialDeepStrictEqual(await newest(), { state: 'waiting', tries: 1, why })
      assert.equal(smtp.offered(), 0)
    }
    await identity.control.rows(sql`DELETE FROM operations.outbox`)
  })

  test('is not thought of without an address that mail comes from', async () => {
    await assert.rejects(openTestOutbox(identity, 25, { mail: { from: undefined } }), {
      code: 'notifications/no-sender',
    })
    const passwordFile = '/nowhere/password'
    await assert.rejects(openTestOutbox(identity, 25, { mail: { passwordFile } }), { code: 'notifications/unreadable' })
  })
})

describe('what is told of a change', () => {
  test('goes to its owner: other password, other factor, other address, another network', async () => {
    const { email = '', id } = await identity.person('told', { email: 'told@example.org' })
    const kinds = () => identity.mails.filter(({ to }) => to.address === email).map(({ kind }) => kind)
    const enter = async (address?: string) => {
      const begun = await identity.signIn.withPassword(callerOf(address), {
        userName: 'told',
        password: PASSWORD,
        place: 'hospital',
      })
      assert.ok(begun.is === 'in')
      return { begun, signedIn: await identity.sessions.check(begun.session.secret, 'hospital') }
    }
    identity.mails.length = 0
    const { signedIn } = await enter('198.51.100.7')
    await enter('198.51.100.7')
    assert.deepEqual(kinds(), ['new-sign-in'], 'once for a network')
    assert.match(String(identity.mails[0]?.text), /From: 198\.51\.100\.7\./)
    assert.ok(signedIn)
    const caller = { ...callerOf(), actor: { kind: 'person', id, name: 'told' } } as const
    await identity.own.newRecoveryCodes(caller, signedIn, PASSWORD).catch(() => undefined)
    await identity.own.changePassword(caller, signedIn, PASSWORD, 'another few words put together')
    await identity.people.removeFactors(ADMINISTRATOR, id)
    assert.ok(!identity.mails.at(-1)?.text.includes(ADMINISTRATOR.address), 'not where the administrator sits')
    await identity.people.change(ADMINISTRATOR, id, { email: 'new@example.org' })
    assert.deepEqual(kinds(), ['new-sign-in', 'password-changed', 'factors-removed', 'address-changed'])
    for (const { text } of identity.mails.filter(({ to }) => to.address === email))
      assert.equal(secretIn(text), undefined)
  })

  test('goes nowhere when the address of an invitation is put right: who was meant is invited instead', async () => {
    const invitation = { userName: 'meant', displayName: 'Meant', email: 'wrong@example.org', roles: ['nurse'] }
    const { person, link } = await identity.people.invite(ADMINISTRATOR, invitation)
    identity.mails.length = 0
    await identity.people.change(ADMINISTRATOR, person.id, { email: 'right@example.org' })
    const sent = identity.mails.map(({ kind, to }) => ({ kind, to: to.address }))
    assert.deepEqual(sent, [{ kind: 'invitation', to: 'right@example.org' }])
    await assert.rejects(identity.invitations.look(link.secret), { code: 'identity/no-link' })
    const { purpose } = await identity.invitations.look(String(identity.mailedTo('right@example.org')))
    assert.equal(purpose, 'invitation')
  })

  test('links in a mail box that is no longer its owner’s end', async () => {
    const { id } = await identity.person('moved', { email: 'old@example.org' })
    await identity.invitations.forgot(callerOf(), 'moved')
    await until('a link is mailed', () => identity.mailedTo('old@example.org') !== undefined)
    const secret = String(identity.mailedTo('old@example.org'))
    await identity.people.change(ADMINISTRATOR, id, { email: 'moved@example.org' })
    await assert.rejects(identity.invitations.look(secret), { code: 'identity/no-link' })
  })
})
