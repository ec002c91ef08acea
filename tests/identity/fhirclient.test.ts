/** The SMART JavaScript library as it comes from npm (https://docs.smarthealthit.org/client-js/), in a real browser. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { servePages, startBrowser } from '../support/browser.ts'
import { clientOf } from '../support/client.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const LIBRARY = readFileSync(
  join(import.meta.dirname, '../../node_modules/fhirclient/build/fhir-client.min.js'),
  'utf8',
)
const page = (script: string) => `<!doctype html><meta charset="utf-8"><title>App</title>
<script src="/fhir-client.min.js"></script><script>${script}</script>`
/** Whom it was launched with, and whether it sees the other one. */
const SHOWS = `
  FHIR.oauth2.settings.refreshTokenWithClientId = true
  const sees = (client, id) => client.request('Patient/' + id).then(() => 'seen', () => 'not seen')
  FHIR.oauth2.ready()
    .then(async (client) => {
      const { id, name } = await client.patient.read()
      const isOffline = client.state.scope.includes('offline_access')
      if (isOffline) await client.refresh()
      return [id, name[0].family, await sees(client, id === 'p1' ? 'p2' : 'p1'), ...(isOffline ? ['refreshed'] : [])]
    })
    .then((shown) => { document.title = JSON.stringify(shown) }, (error) => { document.title = 'failed: ' + error.message })`
const begins = (clientId: string, scope: string, iss?: string) => `
  FHIR.oauth2.authorize({ clientId: '${clientId}', scope: '${scope}', redirectUri: '/', ${iss === undefined ? '' : `iss: '${iss}'`} })
    .catch((error) => { document.title = 'failed: ' + error.message })`
const STANDALONE = 'launch/patient openid fhirUser patient/Patient.rs offline_access'
const FROM_CHART = 'launch openid fhirUser patient/*.read'

describe('fhirclient in a browser', { timeout: 180_000 }, () => {
  let planes: TestPlanes
  let browser: Browser
  let context: BrowserContext
  let app: string
  let clientId: string
  const t = ofSuite()
  before(async () => {
    planes = await startPlanes(t)
    browser = await startBrowser(t)
    const contents: Record<string, string> = { '/fhir-client.min.js': LIBRARY, '/': page(SHOWS) }
    app = await servePages(t, contents)
    const made = await planes.administer('identity/clients', {
      name: 'Growth chart',
      redirectUris: [`${app}/`],
      launchUri: `${app}/launch`,
      scopes: [...new Set(`${STANDALONE} ${FROM_CHART}`.split(' '))],
    })
    clientId = ((await made.json()) as { client: { id: string } }).client.id
    contents['/alone'] = page(begins(clientId, STANDALONE, planes.hospital.base))
    contents['/launch'] = page(begins(clientId, FROM_CHART))
    const write = clientOf(planes.hospital)
    for (const id of ['p1', 'p2'])
      await write('PUT', `Patient/${id}`, {
        resourceType: 'Patient',
        id,
        name: [{ family: `Family of ${id}` }],
        generalPractitioner: [{ reference: 'Practitioner/nora' }],
      })
    context = await browser.newContext()
    const { cookie } = await planes.signIn('nora', ['nurse'], 'Practitioner/nora')
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url: planes.operations }])
    const headers = { origin: app, 'access-control-request-method': 'GET' }
    await until('the hospital knows the app', async () => {
      const { status } = await fetch(`${planes.hospital.base}/Patient`, { method: 'OPTIONS', headers })
      return status === 204
    })
  })
  const ofOurPages = async () => {
    const session = await context.request.get(`${planes.operations}/api/session`)
    const { csrf } = (await session.json()) as { csrf: string }
    return { origin: planes.operations, 'x-omnicare-csrf': csrf }
  }
  /** Gives access on the page of operations; gives what the app shows then. */
  const giveAccess = async (tab: Page): Promise<unknown> => {
    await tab.getByRole('heading', { name: 'Give access?', level: 1 }).waitFor()
    await tab.getByRole('button', { name: 'Give access' }).click()
    await tab.waitForURL((url) => url.origin === app)
    await tab.waitForFunction("document.title !== 'App'")
    return JSON.parse(await tab.title())
  }

  test('is launched alone, has a patient chosen, and reads that one only, also by another token', async () => {
    const tab = await context.newPage()
    await tab.goto(`${app}/alone`)
    await tab.getByLabel('Name or record number').fill('Family')
    await tab.getByRole('list', { name: 'Patients found' }).getByRole('button', { name: 'Family of p1' }).click()
    assert.deepEqual(await giveAccess(tab), ['p1', 'Family of p1', 'not seen', 'refreshed'])
    await tab.close()
  })

  test('is launched from a chart, and reads the patient of the chart only', async () => {
    const started = await context.request.post(`${planes.operations}/api/operations/launch`, {
      data: { client: clientId, patient: 'p2' },
      headers: await ofOurPages(),
    })
    const tab = await context.newPage()
    await tab.goto(((await started.json()) as { url: string }).url)
    assert.deepEqual(await giveAccess(tab), ['p2', 'Family of p2', 'not seen'])
    await tab.close()
  })
})
