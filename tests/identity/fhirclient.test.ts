/** The SMART JavaScript library as it comes from npm (https://docs.smarthealthit.org/client-js/), in a real browser. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { servePages, startBrowser } from '../support/browser.ts'
import { clientOf } from '../support/client.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'

const LIBRARY = readFileSync(
  join(import.meta.dirname, '../../node_modules/fhirclient/build/fhir-client.min.js'),
  'utf8',
)
const page = (script: string) => `<!doctype html><meta charset="utf-8"><title>App</title>
<script src="/fhir-client.min.js"></script><script>${script}</script>`
/** Whom it was launched with, and whether it sees the other one. */
const SHOWS = `
  const sees = (client, id) => client.request('Patient/' + id).then(() => 'seen', () => 'not seen')
  FHIR.oauth2.ready()
    .then(async (client) => {
      const { id, name } = await client.patient.read()
      return [id, name[0].family, await sees(client, id === 'p1' ? 'p2' : 'p1')]
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
  const releases: (() => void | Promise<void>)[] = []
  const t = { after: (end: () => void | Promise<void>) => void releases.unshift(end) }
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
  after(async () => {
    for (const end of releases) await end()
  })
  const ofOurPages = async () => {
    const session = await context.request.get(`${planes.operations}/api/session`)
    const { csrf } = (await session.json()) as { csrf: string }
    return { origin: planes.operations, 'x-omnicare-csrf': csrf }
  }
  /** Takes the steps that the pages of operations ask for, with the cookies of the browser, until the app has its answer. */
  const goThrough = async (tab: Page, patient?: string): Promise<string> => {
    const begun = new URL(tab.url())
    for (let at = begun; ; at = new URL(tab.url())) {
      const uid = at.searchParams.get('interaction')
      if (uid === null) break
      const step = at.pathname === '/sign-in' ? 'login' : at.pathname === '/consent' ? 'consent' : 'patient'
      const about = `${planes.operations}/api/interaction/${uid}`
      const { scopes } = (await (await context.request.get(about)).json()) as { scopes: { scope: string }[] }
      const data = step === 'consent' ? { granted: scopes.map(({ scope }) => scope) } : { patient }
      const answer = await context.request.post(`${about}/${step}`, { data, headers: await ofOurPages() })
      assert.equal(answer.status(), 200, await answer.text())
      await tab.goto(((await answer.json()) as { redirect: string }).redirect)
    }
    await tab.waitForFunction("document.title !== 'App'")
    return tab.title()
  }

  test('is launched alone, has a patient chosen, and reads that one only', async () => {
    const tab = await context.newPage()
    await tab.goto(`${app}/alone`)
    await tab.waitForURL(/interaction=/)
    assert.deepEqual(JSON.parse(await goThrough(tab, 'p1')), ['p1', 'Family of p1', 'not seen'])
    await tab.close()
  })

  test('is launched from a chart, and reads the patient of the chart only', async () => {
    const started = await context.request.post(`${planes.operations}/api/operations/launch`, {
      data: { client: clientId, patient: 'p2' },
      headers: await ofOurPages(),
    })
    const tab = await context.newPage()
    await tab.goto(((await started.json()) as { url: string }).url)
    await tab.waitForURL(/interaction=/)
    assert.deepEqual(JSON.parse(await goThrough(tab)), ['p2', 'Family of p2', 'not seen'])
    await tab.close()
  })
})
