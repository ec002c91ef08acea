/** Somebody who is signed in to the operations of a running OmniCare, with a browser of their own. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import type { Role } from '#identity'
import { openBrowser } from './door.ts'
import { codeOf, PASSWORD } from './identity.ts'
import { openTab, type Tab } from './look.ts'
import type { Running } from './running.ts'

/** The address by which browsers and passkeys know it. */
export const consoleOf = ({ run }: Running): string => run().operations.replace('127.0.0.1', 'localhost')

/** Invites, enters by the link and sets up the second factor over the API: what these pages look like is asked elsewhere. */
export async function openConsole(omnicare: Running, browser: Browser, userName: string, roles: Role[]): Promise<Tab> {
  const address = consoleOf(omnicare)
  const invited = await fetch(`${address}/api/operations/identity/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${omnicare.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userName, displayName: `${userName} of operations`, roles }),
  })
  const { link } = (await invited.json()) as { link: { secret: string } }
  const api = openBrowser(address)
  const accepted = { secret: link.secret, password: PASSWORD, place: 'operations' }
  assert.equal((await api.ask('POST', '/api/session/link/accept', accepted)).status, 200)
  const { secret } = (await api.ask('POST', '/api/session/enrol/totp')).body
  const { body } = await api.ask('POST', '/api/session/enrol/totp/confirm', { code: codeOf(secret, Date.now()) })
  assert.equal(body.is, 'in')
  const tab = await openTab(browser)
  await tab.context.addCookies([...api.cookies].map(([name, value]) => ({ name, value, url: address })))
  return tab
}
