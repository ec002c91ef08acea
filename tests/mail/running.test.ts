/** Mail of a running OmniCare, which is killed while it delivers. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OneTimeLink, Person } from '#identity'
import type { NoticeStatus } from '../../src/operations/notifications/index.ts'
import { omnicare } from '../support/command.ts'
import { freshHome, readyHome, refusedStart, startOmniCare, until } from '../support/running.ts'
import { startSmtp } from '../support/smtp.ts'

describe('the mail of a running OmniCare', { timeout: 240_000 }, () => {
  test('arrives under the same message id although everything was killed while it was delivered', async (t) => {
    const smtp = await startSmtp(t)
    const home = await readyHome(t, { durable: true })
    const settings = {
      OMNICARE_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      OMNICARE_MAIL_FROM: 'OmniCare <omnicare@emr.example.org>',
      OMNICARE_OPERATIONS_PUBLIC_URL: 'https://emr.example.org/',
    }
    // The letter has arrived whole; whoever sent it never hears so.
    const killed = Promise.withResolvers<undefined>()
    smtp.answer(async (n) => (n === 1 ? ((await killed.promise) ?? { code: 451, kept: true }) : undefined))
    const running = await startOmniCare(home, settings)
    const invited = await omnicare(
      running,
      ...['identity', 'users', 'invite', 'ada', '--email', 'ada@example.org', '--roles', 'nurse', '--json'],
    )
    const { link } = JSON.parse(invited.out) as { person: Person; link: OneTimeLink }
    assert.equal(link.mailed, true)
    assert.ok(link.address.startsWith('https://emr.example.org/link#'))
    await until('the letter is offered', () => smtp.offered() === 1)
    await running.kill()
    killed.resolve(undefined)
    await until('the letter was taken without an answer', () => smtp.arrived.length === 1)

    const again = await startOmniCare(home, settings)
    await until('it is delivered again', () => smtp.arrived.length === 2)
    assert.equal(smtp.arrived[0]?.messageId, smtp.arrived[1]?.messageId)
    for (const { text } of smtp.arrived) assert.ok(text.includes(link.address))
    const sent = async () => JSON.parse((await omnicare(again, 'identity', 'mail', '--json')).out) as NoticeStatus[]
    await until('it is noted', async () => (await sent())[0]?.state === 'sent')
    assert.partialDeepStrictEqual(await sent(), [{ kind: 'invitation', state: 'sent', tries: 2 }])

    smtp.answer(() => ({ code: 550 }))
    await omnicare(again, 'identity', 'users', 'invite', 'ada', '--again')
    await until('it is given up', async () => (await sent())[0]?.state === 'dead')
    const shown = await omnicare(again, 'identity', 'mail', '--state', 'dead')
    assert.equal(shown.exit, 1)
    assert.match(
      shown.out,
      /^made .*\n\S+ +invitation +person\/\S+ +dead +1 +the mail server refuses it for good \(550\)\n$/,
    )
  })

  test('needs somebody whom it comes from, or nothing starts', async (t) => {
    const { status, said } = await refusedStart(freshHome(t), { OMNICARE_SMTP_URL: 'smtps://mail.example.org' })
    assert.equal(status, 2)
    assert.match(said, /Set OMNICARE_MAIL_FROM/)
  })

  test('needs an address that its links lead to, or nothing starts', async (t) => {
    const { status, said } = await refusedStart(freshHome(t), {
      OMNICARE_SMTP_URL: 'smtps://mail.example.org',
      OMNICARE_MAIL_FROM: 'OmniCare <omnicare@emr.example.org>',
    })
    assert.equal(status, 2)
    assert.match(said, /Set OMNICARE_OPERATIONS_PUBLIC_URL/)
  })
})
