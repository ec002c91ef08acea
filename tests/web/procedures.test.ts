/** The daily procedures in a browser, at the end and the beginning of daylight saving, after a bad night, by two people. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { Registry } from 'prom-client'
import { openAudit, openLedger, openMasterKey } from '#audit'
import { newId } from '#foundation/ids.ts'
import { sql } from '#foundation/sql.ts'
import type { Role } from '#identity'
import { openLogCare } from '../../src/log-care.ts'
import { openAlertsBook } from '../../src/operations/alerts/index.ts'
import { openProcedureCare } from '../../src/procedures-care.ts'
import { startBrowser } from '../support/browser.ts'
import { openBrowser } from '../support/door.ts'
import { codeOf, PASSWORD } from '../support/identity.ts'
import { look, openTab, type Tab } from '../support/look.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { clockAt, DAILY, NEW_YORK } from '../support/procedures.ts'
import { readableLog } from '../support/recording-record.ts'
import { ofSuite } from '../support/suite.ts'

const PHONE = { width: 390, height: 844 }

describe('the daily procedures in a browser', { timeout: 300_000 }, () => {
  const t = ofSuite()
  // The day before daylight saving ends.
  const clock = clockAt('2026-10-31T16:00:00Z')
  const home = mkdtempSync(join(tmpdir(), 'omnicare-procedures-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  let planes: TestPlanes
  let browser: Browser
  let care: ReturnType<typeof openProcedureCare>
  let olga: Tab
  let page: Page

  /** With a session of operations, in a browser of their own. */
  const signedIn = async (userName: string, roles: Role[]): Promise<Tab> => {
    await planes.identity.person(userName, { roles })
    const { cookies, ask } = openBrowser(planes.operations)
    await ask('POST', '/api/session/password', { userName, password: PASSWORD, place: 'operations' })
    const { secret } = (await ask('POST', '/api/session/enrol/totp')).body
    const code = codeOf(secret, Date.now())
    assert.equal((await ask('POST', '/api/session/enrol/totp/confirm', { code })).body.is, 'in')
    const tab = await openTab(browser)
    const value = String(cookies.get('omnicare'))
    await tab.context.addCookies([{ name: 'omnicare', value, url: planes.operations }])
    return tab
  }
  const to = async (where: Page, path: string, heading: string) => {
    await where.goto(planes.operations + path)
    await where.getByRole('heading', { name: heading, level: 1 }).waitFor()
  }
  const inSection = (name: string, where = page) => where.getByRole('region', { name, exact: true })
  const at = async (now: string) => {
    clock.set(now)
    await care.keeping.look()
  }
  /** Answers the step that is shown, and comes to the next. */
  const answer = async (title: string, choice: string, note?: string) => {
    await page.getByRole('heading', { name: title, level: 3, exact: true }).waitFor()
    await page.getByLabel(choice, { exact: true }).check()
    if (note !== undefined) await page.getByLabel(/^Note/).first().fill(note)
    await page.getByRole('button', { name: /and go on$/ }).click()
  }

  before(async () => {
    mkdirSync(join(home, 'logs'))
    browser = await startBrowser(t)
    planes = await startPlanes(t, undefined, (identity) => {
      const { control, sessions } = identity
      const append = async (text: string) =>
        void (await control.append(sql`INSERT INTO audit.intake (entry) VALUES (${text})`))
      const { log } = readableLog()
      care = openProcedureCare(
        { home, scheduleZone: NEW_YORK, ...DAILY },
        {
          ...{ control, record: control, sessions, tls: undefined, metrics: new Registry(), log, nowMs: clock.nowMs },
          ledger: { control, ...ledger } as never,
          audit: openAudit({ plane: 'operations', intake: { append }, secret: 'x', metrics: new Registry() }),
          sealing: () => [{ source: 'record', lagSeconds: 0 }],
          alerts: openAlertsBook<never>({
            ...{ control, judgedHere: false, metrics: new Registry(), nowMs: clock.nowMs },
            changed: async () => {},
            record: async () => {},
          }),
          logs: openLogCare({ home, auditLogFolder: undefined, auditLogDays: 0 }),
          hospital: () => planes.hospital.url,
          operations: () => planes.operations,
        },
      )
      return { procedures: care.procedures, zone: NEW_YORK }
    })
    t.after(async () => care.keeping[Symbol.asyncDispose]())
    Object.assign(
      ledger,
      await openLedger(planes.identity.control, { key: openMasterKey(randomBytes(32)), former: [] }),
    )
    await care.keeping.look()
    olga = await signedIn('olga', ['operator'])
    page = olga.page
  })
  const ledger = {}

  test('say when nothing was due yet', async () => {
    await to(page, '/procedures', 'Daily procedures')
    await page.getByText('Times are those of the clock in America/New_York.').waitFor()
    assert.equal(await page.getByText('It has not been due yet.').count(), 3)
    await to(page, '/procedures/history', 'Procedures that were due')
    await page.getByText('Nothing like that was due yet.').waitFor()
  })

  test('are done step by step on a phone, on the morning after daylight saving has ended', async () => {
    await badNight(planes, join(home, 'logs'))
    await at('2026-11-01T13:00:00Z')
    await page.setViewportSize(PHONE)
    await to(page, '/procedures', 'Daily procedures')
    await look(olga, 'procedures-due')
    await page.setViewportSize(PHONE)
    await page.getByRole('link', { name: 'Begin: morning health check of Sun, Nov 1, 08:00' }).click()
    await page.getByRole('heading', { name: 'Morning health check', level: 1 }).waitFor()
    await page.getByText('Sun, Nov 1, 08:00, on the clock in America/New_York').waitFor()
    await page.getByRole('button', { name: 'Start' }).click()

    await page.getByRole('heading', { name: 'Processes', level: 3 }).waitFor()
    await page.getByText('The hospital ended by itself 3 times, and was started again.').waitFor()
    await look(olga, 'procedure-step')
    await page.setViewportSize(PHONE)
    await page.getByText('Choose an answer first.').waitFor()
    await page.getByLabel('Well', { exact: true }).check()
    await page.getByRole('button', { name: 'Answer, and go on' }).click()
    // The browser doesn't send what has no note though it needs one.
    assert.equal(await inSection('Steps').locator('textarea:invalid').count(), 1)
    await answer('Processes', 'A problem', 'Killed three times in the night: memory. Ticket 7.')
    await answer('Application', 'Well', 'Looked at.')
    await answer('Databases', 'Well', 'Started in the night.')
    await answer('Errors of the last hour', 'A problem', 'The disk of the exports was full; cleared.')
    await answer('Availability', 'Well', 'By our own monitor.')
    await answer('Alerts', 'Could not be done', 'The pager is down.')
    // Whoever comes back goes on where they were.
    await page.getByRole('heading', { name: 'Audit trail', level: 3 }).waitFor()
    await page.reload()
    await answer('Audit trail', 'Well', 'Looked at.')

    await page.getByRole('heading', { name: 'Sign', level: 3 }).waitFor()
    await look(olga, 'procedure-sign')
    await page.setViewportSize(PHONE)
    await page.getByRole('button', { name: 'Sign', exact: true }).click()
    await page.getByText('Signed', { exact: true }).first().waitFor()
    const { state, problems, signed, clock: due } = await care.procedures.find('morning-check')
    assert.deepEqual(
      [state, problems, signed?.by.name, due.slice(0, 25)],
      ['signed', 3, 'olga', '2026-11-01T08:00:00-05:00'],
    )
  })

  test('hand over a bad night by keyboard, as it was; the same person can’t accept it, another one does', async () => {
    await at('2026-11-01T14:00:00Z')
    await to(page, '/procedures', 'Daily procedures')
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await page.getByRole('link', { name: /^Begin: shift hand-over/ }).focus()
    await press('Enter')
    await page.getByRole('button', { name: 'Start' }).focus()
    await press('Enter')
    await page.getByRole('heading', { name: 'Incidents', level: 3 }).waitFor()
    await page.getByText(/^2026-11-01 02:41: the hospital ended by itself, by SIGKILL/).waitFor()
    for (const title of [
      'Incidents',
      'Alerts and warnings',
      'Last checks',
      'Maintenance calendar',
      'Ongoing issues',
      'Load and space',
    ]) {
      await page.getByRole('heading', { name: title, level: 3, exact: true }).waitFor()
      await page.getByLabel('Well', { exact: true }).focus()
      await press('Space', 'Tab')
      await page.keyboard.type('Told.')
      await press('Tab', 'Enter')
    }
    await page.getByRole('heading', { name: 'Hand over', level: 3 }).waitFor()
    await page.getByLabel('What the next shift has to know').focus()
    await page.keyboard.type('The hospital was killed three times; more memory comes at noon.')
    await press('Tab', 'Enter')
    await page.getByText('Whoever has handed over can’t accept: another person has to take it.').waitFor()

    const ben = await signedIn('ben', ['administrator'])
    await to(ben.page, '/procedures', 'Daily procedures')
    await ben.page.getByRole('link', { name: /^Accept it: shift hand-over/ }).click()
    await ben.page.getByText('more memory comes at noon').first().waitFor()
    for (const seen of [
      'The hospital ended by itself 3 times, and was started again.',
      'record: the export could not be written (ENOSPC), 2 times',
      'Alerts that fire: 0; that fired and are over: 1.',
      'critical, ServiceDown: The hospital is down. Fired 2026-11-01 01:18, over 2026-11-01 01:31',
      'Morning health check of 2026-11-01 08:00: signed by olga.',
      'Processes: a problem. Killed three times in the night: memory. Ticket 7.',
    ])
      await ben.page.getByText(seen).first().waitFor()
    await look(ben, 'hand-over-accept')
    await ben.page.getByRole('button', { name: 'Accept' }).click()
    await ben.page.getByText('Signed', { exact: true }).first().waitFor()
    const { state, handed, signed } = await care.procedures.find('shift-handover')
    assert.deepEqual([state, handed?.by.name, signed?.by.name], ['signed', 'olga', 'ben'])
    await ben.context.close()
  })

  test('are printed, as a page on white paper and as a PDF', async () => {
    const { id } = await care.procedures.find('shift-handover')
    await to(page, `/procedures/${id}/print`, 'Shift hand-over')
    await look(olga, 'hand-over-print')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    assert.equal(await page.getByRole('banner').isVisible(), false)
    assert.equal(await page.getByRole('button', { name: 'Print this page' }).isVisible(), false)
    const colour = await page.evaluate("getComputedStyle(document.querySelector('article')).color")
    assert.equal(colour, 'rgb(0, 0, 0)')
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: 'As PDF' }).click()
    assert.equal((await coming).suggestedFilename(), 'shift-handover-2026-11-01.pdf')
  })

  test('tell what nobody has done, on the day on which daylight saving begins, and end that day', async () => {
    await at('2027-03-14T21:00:00Z')
    await to(page, '/procedures', 'Daily procedures')
    await page.getByText('Nobody has done it in time: it is late since').first().waitFor()
    await look(olga, 'procedures-late')
    await page.getByRole('link', { name: 'Begin: end of day of Sun, Mar 14, 17:00' }).click()
    await page.getByRole('button', { name: 'Start' }).click()
    await answer('Backups', 'Well', 'Ours of 02:00 is there, and was restored.')
    await answer('Log rotation', 'Well', 'Looked at.')
    await answer('Security scan', 'Well', 'Nothing is high.')
    await answer('Sign-ins, sessions, certificates', 'Well', 'Looked at.')
    await page.getByRole('button', { name: 'Sign', exact: true }).click()
    await page.getByText('Signed', { exact: true }).first().waitFor()
    assert.equal((await care.procedures.find('end-of-day')).clock.slice(0, 25), '2027-03-14T17:00:00-04:00')
    await care.keeping.look()
    assert.deepEqual([...care.keeping.late().keys()].sort(), ['morning-check', 'shift-handover'])

    await page.getByLabel('Note', { exact: true }).fill('The scan of the web pages comes tomorrow.')
    await page.getByRole('button', { name: 'Add it' }).click()
    await inSection('What was done').getByText('The scan of the web pages comes tomorrow.').waitFor()
  })

  test('are found again in their history, page by page, by those who may read them', async () => {
    const cora = await signedIn('cora', ['compliance-officer'])
    await to(cora.page, '/procedures/history', 'Procedures that were due')
    const table = cora.page.getByRole('table', { name: 'Procedures' })
    await table.getByText('Missed').first().waitFor()
    await look(cora, 'procedures-history')
    await cora.page.getByRole('button', { name: 'Show more' }).click()
    await cora.page.getByLabel('State').selectOption('signed')
    await table.getByText('olga to ben').waitFor()
    assert.equal(await table.getByRole('row').count(), 4)
    await cora.page.getByLabel('Procedure', { exact: true }).selectOption('morning-check')
    await table.getByText('olga to ben').waitFor({ state: 'detached' })
    await table.getByRole('link', { name: 'Morning health check' }).click()
    await cora.page.getByRole('heading', { name: 'Morning health check', level: 1 }).waitFor()
    await cora.page.getByText('Only operators and administrators do procedures.').waitFor()
    await cora.context.close()
  })
})

/** The hospital was killed three times and started again, and an export filled a disk. */
async function badNight({ identity }: TestPlanes, logs: string): Promise<void> {
  for (const [started, ended] of [
    ['2026-10-31T16:00:00Z', '2026-11-01T05:12:44Z'],
    ['2026-11-01T05:12:45Z', '2026-11-01T06:30:02Z'],
    ['2026-11-01T06:30:03Z', '2026-11-01T07:41:09Z'],
  ])
    await identity.control.rows(
      sql`INSERT INTO operations.hospital_run (started, ended, signal) VALUES (${started}, ${ended}, 'SIGKILL')`,
    )
  await identity.control.rows(sql`INSERT INTO operations.hospital_run (started) VALUES ('2026-11-01T07:41:10Z')`)
  await identity.control.rows(sql`
    INSERT INTO operations.alert
      (id, fingerprint, name, severity, labels, summary, runbook, state, since, fired, resolved)
    VALUES (${newId()}, 'f', 'ServiceDown', 'critical', '{}', 'The hospital is down.', 'docs/runbooks/service-down.md',
      'resolved', '2026-11-01T05:13:00Z', '2026-11-01T05:18:00Z', '2026-11-01T05:31:00Z')`)
  const line = (time: string, level: string, message: string) =>
    JSON.stringify({
      'log.level': level,
      '@timestamp': time,
      'service.name': 'record',
      message,
      error: { type: 'Error', code: 'ENOSPC' },
    })
  const lines = [
    line('2026-11-01T03:00:00.000Z', 'error', 'an error of long ago'),
    line('2026-11-01T13:20:00.000Z', 'error', 'the export could not be written'),
    line('2026-11-01T13:40:00.000Z', 'error', 'the export could not be written'),
    line('2026-11-01T13:41:00.000Z', 'warn', 'something to be warned of'),
    line('2026-11-01T12:50:00.000Z', 'error', 'the export could not be written'),
  ]
  writeFileSync(join(logs, 'hospital.log'), `${lines.join('\n')}\n`)
}
