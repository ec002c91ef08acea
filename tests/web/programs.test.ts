import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { servePages, startBrowser } from '../support/browser.ts'
import { clientOf } from '../support/client.ts'
import { PASSWORD } from '../support/identity.ts'
import { look, openTab, type Tab } from '../support/look.ts'
import { beginAuthorization } from '../support/oauth.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const SCOPE = 'launch/patient openid fhirUser patient/Patient.rs patient/Observation.rs'

describe('giving a program access with a browser', { timeout: 240_000 }, () => {
  const t = ofSuite()
  let planes: TestPlanes
  let browser: Browser
  let app: string
  let clientId: string
  before(async () => {
    planes = await startPlanes(t)
    browser = await startBrowser(t)
    app = await servePages(t, { '/back': '<!doctype html><title>App</title>' })
    const registered = { name: 'Growth chart', redirectUris: [`${app}/back`], scopes: SCOPE.split(' ') }
    const made = await planes.administer('identity/clients', registered)
    clientId = ((await made.json()) as { client: { id: string } }).client.id
    const write = clientOf(planes.hospital)
    for (const [id, family] of [
      ['p1', 'Quist'],
      ['p2', 'Quinn'],
    ] as const)
      await write('PUT', `Patient/${id}`, {
        resourceType: 'Patient',
        id,
        name: [{ family, given: ['Ada'] }],
        birthDate: '1984-03-02',
        identifier: [{ value: `P100${id}` }],
      })
    await planes.identity.person('nora', { roles: ['physician'] })
    const headers = { origin: planes.operations, 'access-control-request-method': 'GET' }
    await until('the hospital knows the pages of operations', async () => {
      const { status } = await fetch(`${planes.hospital.base}/Patient`, { method: 'OPTIONS', headers })
      return status === 204
    })
  })
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
  /** As far as the choice of a patient. */
  const begun = async (): Promise<Tab> => {
    const tab = await openTab(browser)
    const { page } = tab
    const { url } = await beginAuthorization(planes, { clientId, scope: SCOPE, redirectUri: `${app}/back` })
    await page.goto(url)
    await page.getByText('Growth chart asks you to sign in.').waitFor()
    await page.getByLabel('User name').fill('nora')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await heading(page, 'Choose a patient')
    return tab
  }
  const answerOf = async (page: Page): Promise<URLSearchParams> => {
    await page.waitForURL((url) => url.origin === app)
    return new URL(page.url()).searchParams
  }

  test('goes past sign-in, a patient found by name and what it may do, by keyboard', async () => {
    const tab = await begun()
    const { page } = tab
    await page.getByLabel('Name or record number').focus()
    await page.keyboard.type('qui')
    const found = page.getByRole('list', { name: 'Patients found' }).getByRole('button')
    await found.first().waitFor()
    assert.equal(await found.count(), 2)
    await look(tab, 'pick-patient')
    await page.getByLabel('Name or record number').fill('P100p2')
    await found.getByText('Ada Quist').waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await heading(page, 'Give access?')
    await page.getByLabel(/Observation/).waitFor()
    await look(tab, 'consent')
    await page.getByLabel(/Observation/).uncheck()
    await page.getByRole('button', { name: 'Give access' }).focus()
    await page.keyboard.press('Enter')
    const answer = await answerOf(page)
    assert.ok(answer.has('code'), String(answer))
    await tab.context.close()
  })

  test('says so when nobody is called like that, and is refused by who chooses nobody', async () => {
    const { page, context } = await begun()
    await page.getByLabel('Name or record number').fill('zzz')
    await page.getByText('Nobody whom you may see is called so.').waitFor()
    await page.getByRole('button', { name: 'Choose nobody, and refuse' }).click()
    assert.equal((await answerOf(page)).get('error'), 'access_denied')
    await context.close()
  })
})
