/** The console of a whole OmniCare, in a browser: what it shows comes from what is really so. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { signal } from '#foundation/process.ts'
import { fingerprint } from '#promql'
import { startBrowser } from '../support/browser.ts'
import { consoleOf, openConsole } from '../support/console.ts'
import { look, type Tab } from '../support/look.ts'
import { freshHome, type Running, startOmniCare, until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const SAID_WITHIN_MS = 15_000

describe('the console', { timeout: 300_000 }, () => {
  const t = ofSuite()
  let omnicare: Running
  let tab: Tab
  let page: Page
  before(async () => {
    omnicare = await startOmniCare(freshHome(t), { OMNICARE_SCRAPE_SECONDS: '1' })
    tab = await openConsole(omnicare, await startBrowser(t), 'ola', ['administrator'])
    page = tab.page
    await page.goto(consoleOf(omnicare))
    await heading('Overview')
  })
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
  const region = (name: string) => page.getByRole('region', { name, exact: true })
  const to = async (name: string) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
    await heading(name)
  }
  const finder = () => page.getByRole('combobox', { name: 'Page, alert or what to do' })
  /** By the palette, without a mouse. */
  const goTo = async (typed: string, name: string) => {
    await page.keyboard.press('Control+k')
    await finder().fill(typed)
    await page.getByRole('option', { selected: true }).filter({ hasText: name }).waitFor()
    await page.keyboard.press('Enter')
    await heading(name)
  }
  const operations = (path: string, body: object) =>
    fetch(`${consoleOf(omnicare)}/api/operations/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${omnicare.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  test('says whether the hospital is well, and leads from each number to where it comes from', async () => {
    await page.getByText('Live', { exact: true }).waitFor()
    await region('How the hospital is').getByText('The hospital ').waitFor()
    await look(tab, 'overview')
    const numbers = page.getByRole('list', { name: 'In numbers' }).getByRole('link')
    const leads = await numbers.evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    assert.deepEqual(leads, [
      '/probes#availability',
      '/probes#availability',
      '/logs?level=error',
      '/dashboards/application-performance#calls',
      '/dashboards/application-performance#response-times',
    ])
    await numbers.nth(3).click()
    await heading('Application Performance')
    await page.goBack()
    await heading('Overview')
  })

  test('says within 15 s, without being asked, that the hospital was killed, and that it is back', async () => {
    const { hospitalPid } = omnicare.run()
    const killed = performance.now()
    signal(hospitalPid, 'SIGKILL')
    await region('Lately').getByRole('link', { name: 'hospital:ready' }).first().waitFor({ timeout: SAID_WITHIN_MS })
    assert.ok(performance.now() - killed < SAID_WITHIN_MS)
    await until('the hospital is started again', () => omnicare.run().hospitalPid !== hospitalPid)
    await region('Lately')
      .getByText(/^Well, /)
      .first()
      .waitFor()
  })

  test('is gone through by keyboard alone, and finds by typing', async () => {
    await goTo('sec mon', 'Security Monitoring')
    await goTo('heal', 'Health')
    await page.keyboard.press('/')
    await finder().fill('nothing like that')
    await page.getByText('Nothing here is called that.').waitFor()
    await look(tab, 'palette')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const probe = region('Databases')
      .locator('summary')
      .filter({ has: page.getByText('record:database', { exact: true }) })
    await probe.focus()
    await page.keyboard.press('Enter')
    await page.getByText('Depend on it').first().waitFor()
    await look(tab, 'health')
    await region('Databases').getByRole('link', { name: 'database-does-not-answer' }).first().click()
    await page.getByText('Do this now').waitFor()
    await look(tab, 'runbook')
  })

  test('shows an alert as it comes, by whom it is seen to, and what is silenced', async () => {
    await to('Alerts')
    await region('Over').waitFor()
    await plant('firing')
    const firing = region('Firing')
    await firing.getByText('A planted cause.').waitFor()
    await firing.getByRole('button', { name: 'Acknowledge' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What you do about it').fill('I take it away.')
    await page.keyboard.press('Enter')
    await firing.getByText(/^ola of operations acknowledged it .*: I take it away\.$/).waitFor()
    await firing.getByRole('button', { name: 'Silence' }).click()
    await dialog.getByLabel('Why').fill('It is planted.')
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click()
    await page.getByRole('table', { name: 'Silences' }).getByText('It is planted.').waitFor()
    await look(tab, 'alerts')
    await page.getByRole('table', { name: 'Silences' }).getByRole('button', { name: 'End' }).click()
    await page.getByText('Nothing is silenced.').waitFor()
    await plant('resolved')
    await page.getByRole('table', { name: 'Alerts that are over' }).getByText('A planted cause.').waitFor()
  })
  const plant = async (status: 'firing' | 'resolved') => {
    const labels = { alertname: 'Planted', severity: 'critical' }
    const annotations = { summary: 'A planted cause.', runbook_url: 'docs/runbooks/disk-full.md' }
    const alert = { status, labels, annotations, startsAt: new Date().toISOString(), fingerprint: fingerprint(labels) }
    assert.equal((await operations('alertmanager', { version: '4', alerts: [alert] })).status, 200)
  }

  test('finds, filters and follows lines of the logs', async () => {
    await to('Logs')
    const lines = page.getByRole('list', { name: 'Lines, newest first' }).getByRole('listitem')
    await lines.first().waitFor()
    await page.getByLabel('Words in the line').fill('a line that nobody has written')
    await page.keyboard.press('Enter')
    await page.getByText(/^No line is like that/).waitFor()
    assert.doesNotMatch(page.url(), /written/)
    await page.getByLabel('Words in the line').fill('the hospital')
    await page.keyboard.press('Enter')
    await lines.first().waitFor()
    await page.getByLabel('Level').selectOption('warn')
    await lines.first().waitFor()
    await lines.first().locator('summary').click()
    await look(tab, 'logs')
    await page.getByLabel('Follow').check()
    const pid = omnicare.run().hospitalPid
    const newest = await lines.first().textContent()
    signal(pid, 'SIGKILL')
    await until('the line of the end comes', async () => (await lines.first().textContent()) !== newest)
  })

  test('says what is slow and how long the room lasts', async () => {
    await to('Performance')
    await page.getByRole('table', { name: 'Capacity' }).waitFor()
    await page.getByText('Largest tables').first().click()
    await page.getByRole('table', { name: 'Tables' }).first().waitFor()
    await look(tab, 'performance')
  })

  test('has its pages behind a button on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const nav = page.getByRole('navigation', { name: 'Pages' })
    assert.equal(await nav.isVisible(), false)
    await page.getByRole('button', { name: 'Menu' }).click()
    await nav.getByRole('link', { name: 'Overview' }).click()
    await heading('Overview')
    assert.equal(await nav.isVisible(), false)
    await page.setViewportSize({ width: 1280, height: 860 })
  })

  test('shows who may do less only what they may, and sends them away when their session ends', async () => {
    const other = await openConsole(omnicare, tab.context.browser() as never, 'cora', ['compliance-officer'])
    await other.page.goto(consoleOf(omnicare))
    const pages = other.page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    await pages.first().waitFor()
    const seen = await pages.allTextContents()
    for (const name of ['Overview', 'Health', 'Alerts', 'Runbooks', 'People', 'Your account'])
      assert.ok(seen.includes(name), name)
    for (const name of ['Dashboards', 'Logs', 'Performance', 'API keys', 'Home']) assert.ok(!seen.includes(name), name)
    await other.page.getByText('Live', { exact: true }).waitFor()
    assert.equal((await operations('identity/users/cora/end-sessions', {})).status, 200)
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await other.context.close()
  })

  test('draws the four dashboards from samples', async () => {
    for (const name of ['System Overview', 'Application Performance', 'Database Performance', 'Security Monitoring']) {
      await goTo(name, name)
      await page.getByText('What is asked').first().waitFor()
    }
    await goTo('app perf', 'Application Performance')
    await page.getByLabel('Shown is the last').selectOption('15m')
    await page.waitForURL(/\?last=15m$/)
    await page.locator('canvas').first().waitFor()
    await look(tab, 'dashboard')
  })
})
