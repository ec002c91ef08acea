import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { ADMINISTRATOR, codeOf, OTHER_PASSWORD, PASSWORD } from '../support/identity.ts'
import { look, openTab, type Tab } from '../support/look.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { ofSuite } from '../support/suite.ts'

/** What a label, or the element itself, calls what has the focus. */
const NAME_OF_FOCUSED = `(({ activeElement: at }) =>
  at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '')(document)`

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

describe('signing in with a browser', { timeout: 240_000 }, () => {
  const t = ofSuite()
  let planes: TestPlanes
  let browser: Browser
  before(async () => {
    planes = await startPlanes(t)
    browser = await startBrowser(t)
  })
  const tabAt = async (path: string): Promise<Tab> => {
    const tab = await openTab(browser)
    await tab.page.goto(planes.operations + path)
    return tab
  }

  test('goes by keyboard alone from the one-time password to the first page, past app and recovery codes', async () => {
    const first = await planes.identity.first.administrator()
    assert.ok(first)
    const tab = await tabAt('/')
    const { page } = tab
    await heading(page, 'Sign in')
    await look(tab, 'sign-in')
    const { keyboard } = page
    /** Goes on with Tab until what has the focus is called so. */
    const reach = async (name: string) => {
      for (let presses = 0; presses < 25; presses++) {
        await keyboard.press('Tab')
        const focused = String(await page.evaluate(NAME_OF_FOCUSED))
        if (focused.trim() === name) return
      }
      assert.fail(`the keyboard does not reach ${name}`)
    }
    await reach('User name')
    await keyboard.type(first.userName)
    await reach('Password')
    await keyboard.type('not this one')
    await keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await look(tab, 'sign-in-refused')
    await keyboard.press('ControlOrMeta+A')
    await keyboard.type(first.password)
    await keyboard.press('Enter')

    await heading(page, 'Choose your password')
    await look(tab, 'choose-password')
    await reach('New password')
    await keyboard.type(PASSWORD)
    await reach('The same again')
    await keyboard.type(PASSWORD)
    await keyboard.press('Enter')

    await heading(page, 'Set up a second factor')
    await look(tab, 'enrol')
    await reach('Use an authenticator app')
    await keyboard.press('Enter')
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    await look(tab, 'enrol-app')
    const secret = String(await page.locator('code').textContent()).replaceAll(' ', '')
    await reach('Code from your app')
    await keyboard.type(codeOf(secret, Date.now()))
    await keyboard.press('Enter')

    await heading(page, 'Keep your recovery codes')
    await look(tab, 'recovery-codes')
    const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
    assert.equal(codes.length, 10)
    await reach('Go on')
    assert.equal(await page.getByText('Keep the codes first, and say so above.').count(), 1)
    await keyboard.press('Shift+Tab')
    await keyboard.press('Space')
    await reach('Go on')
    await keyboard.press('Enter')
    await heading(page, 'Overview')
    await look(tab, 'home')

    await reach('Sign out')
    await keyboard.press('Enter')
    await heading(page, 'Sign in')
    await reach('User name')
    await keyboard.type(first.userName)
    await reach('Password')
    await keyboard.type(PASSWORD)
    await keyboard.press('Enter')
    await heading(page, 'Prove it is you')
    await look(tab, 'second-factor')
    await reach('Use a recovery code instead')
    await keyboard.press('Enter')
    await reach('Recovery code')
    await keyboard.type(String(codes[0]))
    await keyboard.press('Enter')
    await heading(page, 'Overview')
    await tab.context.close()
  })

  test('goes with a passkey alone, made by whoever came by an invitation', async () => {
    const { link } = await planes.identity.people.invite(ADMINISTRATOR, {
      userName: 'olga',
      displayName: 'Olga Ops',
      roles: ['operator'],
    })
    const tab = await tabAt(`/link#${link.secret}`)
    const { page } = tab
    const devtools = await tab.context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const options = { protocol: 'ctap2', transport: 'internal' } as const
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...options,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await heading(page, 'Welcome to OmniCare')
    await look(tab, 'invitation')
    await page.getByLabel('New password').fill(OTHER_PASSWORD)
    await page.getByLabel('The same again').fill(OTHER_PASSWORD)
    await page.getByRole('button', { name: 'Use this password' }).click()
    await heading(page, 'Set up a second factor')
    await page.getByRole('button', { name: 'Make a passkey on this device' }).click()
    await page.getByLabel('I have kept them').check()
    await page.getByRole('button', { name: 'Go on' }).click()
    await heading(page, 'Overview')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await heading(page, 'Overview')
    await tab.context.close()
  })

  test('says of a link that is no good what to do next', async () => {
    const tab = await tabAt('/link#nothing')
    await tab.page.getByRole('alert').waitFor()
    await look(tab, 'link-refused')
    await tab.context.close()
  })

  test('leads back to the page that was wanted, never to another site', async () => {
    await planes.identity.person('nell')
    for (const [wanted, reached] of [
      ['/account', '/account'],
      ['/sign-in?to=https%3A%2F%2Fevil.example', '/'],
      ['/sign-in?to=%2F%2Fevil.example', '/'],
      ['/sign-in?to=%2F%5Cevil.example', '/'],
    ] as const) {
      const tab = await tabAt(wanted)
      await tab.page.getByLabel('User name').fill('nell')
      await tab.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await tab.page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await tab.page.getByRole('button', { name: 'Sign out' }).waitFor()
      await tab.page.waitForURL(planes.operations + reached)
      await tab.context.close()
    }
  })

  test('tells of an address that is no page of the hospital', async () => {
    const tab = await tabAt('/sign-in')
    await tab.page.evaluate("history.pushState({}, '', '/nowhere'); dispatchEvent(new PopStateEvent('popstate'))")
    await heading(tab.page, 'There is no such page')
    await look(tab, 'no-such-page')
    await tab.context.close()
  })
})
