/** A forgotten password, from the sign-in page by way of a real mail server to another password. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { callerOf, OTHER_PASSWORD, PASSWORD } from '../support/identity.ts'
import { look, openTab } from '../support/look.ts'
import { openTestOutbox } from '../support/outbox.ts'
import { startPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'
import { startSmtp } from '../support/smtp.ts'
import { ofSuite } from '../support/suite.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

describe('a forgotten password', { timeout: 240_000 }, () => {
  const t = ofSuite()

  test('is replaced by the link that is mailed, whose owner is in then; of nobody nothing is mailed', async () => {
    const smtp = await startSmtp(t)
    // Letters go where the outbox is once there is one: it lies in the database of the planes.
    const into: { mail?: Awaited<ReturnType<typeof openTestOutbox>>['mail'] } = {}
    const planes = await startPlanes(t, {
      zone: 'UTC',
      failed: (error) => assert.fail(String(error)),
      put: async (tx, letter) => (await into.mail?.put(tx, letter)) ?? false,
    })
    const opened = await openTestOutbox(planes.identity, smtp.port)
    await planes.identity.person('gil', { email: 'gil@example.org' })
    into.mail = opened.mail
    const tab = await openTab(await startBrowser(t))
    const { page } = tab
    const ask = async (userName: string) => {
      await page.goto(`${planes.operations}/sign-in`)
      await page.getByRole('link', { name: 'Forgotten your password?' }).click()
      await heading(page, 'Forgotten your password?')
      if (userName === 'gil') await look(tab, 'forgot')
      await page.getByLabel('User name').fill(userName)
      await page.keyboard.press('Enter')
      await heading(page, 'Look into your mail')
      return page.getByRole('main').textContent()
    }
    const said = await ask('gil')
    await look(tab, 'forgot-asked')
    assert.equal(await ask('nobody-of-that-name'), said)

    await until('the letter is delivered', async () => (await opened.deliver()) >= 0 && smtp.arrived.length > 0)
    const [letter] = smtp.arrived
    assert.deepEqual(letter?.to, ['gil@example.org'])
    const address = /^(http:\/\/\S+\/link#[\w-]{43})\r$/m.exec(String(letter?.text))?.[1] ?? ''
    assert.ok(address.startsWith(`${planes.operations}/link#`))
    await page.goto(address)
    await heading(page, 'Choose another password')
    await page.getByLabel('New password').fill(OTHER_PASSWORD)
    await page.getByLabel('The same again').fill(OTHER_PASSWORD)
    await page.getByRole('button', { name: 'Use this password' }).click()
    await heading(page, 'Hello, gil')
    await until('the change is told', async () => (await opened.deliver()) >= 0 && smtp.arrived.length > 1)
    assert.equal(smtp.arrived[1]?.subject, 'OmniCare: Your password was changed')
    const credentials = { userName: 'gil', password: PASSWORD, place: 'hospital' } as const
    const old = planes.identity.signIn.withPassword(callerOf(), credentials)
    await assert.rejects(old, { code: 'identity/wrong' })

    await page.goto(`${planes.operations}/account`)
    await page.getByLabel('Email').fill('gil@example.com')
    await page.getByLabel('Your password', { exact: true }).fill(OTHER_PASSWORD)
    await look(tab, 'account-address')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await until('the former address is told', async () => (await opened.deliver()) >= 0 && smtp.arrived.length > 2)
    assert.deepEqual(smtp.arrived[2]?.to, ['gil@example.org'])
    assert.equal(smtp.arrived.length, 3)
  })
})
