/** Identity providers on pages: the administrator's, the account's, and the button that people sign in by. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Provider } from '#identity'
import { startBrowser } from '../support/browser.ts'
import { codeOf, PASSWORD } from '../support/identity.ts'
import { look, openTab, type Tab } from '../support/look.ts'
import { type Outside, startOutside } from '../support/outside.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { ofSuite } from '../support/suite.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

describe('identity providers in a browser', { timeout: 240_000 }, () => {
  const t = ofSuite()
  let planes: TestPlanes
  let browser: Browser
  let outside: Outside
  let provider: Provider
  let adaSecret: string
  before(async () => {
    planes = await startPlanes(t)
    browser = await startBrowser(t)
    outside = await startOutside(t, { redirectUris: () => [provider.redirectUri] })
  })
  const tabAt = async (path: string): Promise<Tab> => {
    const tab = await openTab(browser)
    await tab.page.goto(planes.operations + path)
    return tab
  }
  const byPassword = async (page: Page, userName: string) => {
    await page.getByLabel('User name').fill(userName)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.keyboard.press('Enter')
  }

  test('are added, tested and removed by an administrator', async () => {
    await planes.identity.person('ada', { roles: ['administrator'] })
    const tab = await tabAt('/providers')
    const { page } = tab
    await byPassword(page, 'ada')
    await page.getByRole('button', { name: 'Use an authenticator app' }).click()
    adaSecret = String(await page.locator('code').textContent()).replaceAll(' ', '')
    await page.getByLabel('Code from your app').fill(codeOf(adaSecret, Date.now()))
    await page.keyboard.press('Enter')
    await page.getByLabel('I have kept them').check()
    await page.getByRole('button', { name: 'Go on' }).click()
    await heading(page, 'Identity providers')
    await page.getByText('There is no identity provider').waitFor()

    const dialog = page.getByRole('dialog')
    const add = async (name: string, issuer: string) => {
      await page.getByRole('button', { name: 'Add a provider' }).click()
      await dialog.getByLabel('Name', { exact: true }).fill(name)
      await dialog.getByLabel('Issuer').fill(issuer)
      await dialog.getByLabel('Client id').fill(outside.clientId)
      await dialog.getByLabel('Client secret, if there is one').fill(outside.secret)
      await dialog.getByLabel('Values of amr that prove a second factor').fill('mfa hwk')
      await dialog.getByLabel('Make accounts by this claim').fill('groups')
      await dialog.getByLabel('Roles by its values').fill('ward-nurses = nurse\nit = operator, nurse')
    }
    await add('Example Health', outside.issuer)
    await look(tab, 'providers-add')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByText('Register this address there').waitFor()
    const [added] = await planes.identity.providers.list()
    provider = added as Provider
    assert.equal(await dialog.locator('code').textContent(), provider.redirectUri)
    assert.deepEqual(provider.rules.create, {
      claim: 'groups',
      roles: { 'ward-nurses': ['nurse'], it: ['nurse', 'operator'] },
    })
    await dialog.getByRole('button', { name: 'Done' }).click()

    await page.getByRole('button', { name: 'Test' }).click()
    await page.getByText(`Example Health answers, and signs people in at ${outside.issuer}/auth`).waitFor()
    await look(tab, 'providers')

    await add('Nowhere', 'http://localhost:9')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    const nowhere = page.getByRole('row').filter({ hasText: 'Nowhere' })
    await nowhere.getByRole('button', { name: 'Test' }).click()
    await page.getByText('The identity provider does not answer.').waitFor()
    await nowhere.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove the provider' }).click()
    await nowhere.waitFor({ state: 'detached' })
    await tab.context.close()
  })

  test('let somebody in by a button, who comes back to the page that was wanted', async () => {
    const tab = await tabAt('/account')
    const { page } = tab
    await heading(page, 'Sign in')
    await page.getByRole('button', { name: 'Continue with Example Health' }).waitFor()
    await look(tab, 'sign-in-providers')
    outside.who = undefined
    await page.getByRole('button', { name: 'Continue with Example Health' }).click()
    await page.getByText('The identity provider has let nobody in').waitFor()
    await look(tab, 'sign-in-provider-refused')
    await page.goto(`${planes.operations}/account`)
    const claims = { preferred_username: 'nell', name: 'Nell Nurse', groups: ['ward-nurses'] }
    outside.who = { sub: 'nell-outside', claims }
    await page.getByRole('button', { name: 'Continue with Example Health' }).click()
    await heading(page, 'Your account')
    await page.getByRole('banner').getByText('Nell Nurse').waitFor()
    await page.getByRole('table', { name: 'Linked identities' }).getByText('Example Health').waitFor()
    await look(tab, 'account-identities')
    await tab.context.close()
  })

  test('are linked to an account by an administrator, who knows who that is there, and unlinked', async () => {
    const { id } = await planes.identity.person('lars')
    const tab = await tabAt(`/people/${id}`)
    const { page } = tab
    await byPassword(page, 'ada')
    await page.getByLabel('Code from your app').fill(codeOf(adaSecret, Date.now() + 30_000))
    await page.keyboard.press('Enter')
    await heading(page, 'lars')
    await page.getByText('lars signs in by no identity provider.').waitFor()
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Link an identity' }).click()
    await dialog.getByLabel('Subject there').fill('lars-outside')
    await look(tab, 'person-link')
    await dialog.getByRole('button', { name: 'Link it' }).click()
    await page.getByRole('table', { name: 'Linked identities' }).getByText('lars-outside').waitFor()
    await look(tab, 'person-linked')
    await page.getByRole('button', { name: 'Unlink' }).click()
    await dialog.getByRole('button', { name: 'Unlink it' }).click()
    await page.getByText('lars signs in by no identity provider.').waitFor()
    await tab.context.close()
  })

  test('are linked to an account by its owner, and unlinked', async () => {
    await planes.identity.person('olga')
    const tab = await tabAt('/account')
    const { page } = tab
    await byPassword(page, 'olga')
    await heading(page, 'Your account')
    const dialog = page.getByRole('dialog')
    const link = async (sub: string) => {
      outside.who = { sub }
      await page.getByRole('button', { name: 'Link Example Health' }).click()
      await dialog.getByLabel('Your password', { exact: true }).fill(PASSWORD)
      await dialog.getByRole('button', { name: 'Go on' }).click()
    }
    await link('nell-outside')
    await page.getByText('This identity belongs to an account').waitFor()
    // There they are still signed in.
    await tab.context.clearCookies({ name: /^_session/ })
    await link('olga-outside')
    await page.getByRole('button', { name: 'Unlink' }).click()
    await look(tab, 'account-unlink')
    await dialog.getByLabel('Your password', { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Unlink it' }).click()
    await page.getByText('Your account is linked to no identity provider.').waitFor()
    await tab.context.close()
  })
})
