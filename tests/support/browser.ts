/** A real browser, Debian's chromium, and pages of others for it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'

type After = { readonly after: (release: () => Promise<void>) => void }

const PROGRAM = '/usr/bin/chromium'

/** Closed after the test. */
export async function startBrowser(t: After): Promise<Browser> {
  // Its own sandbox wants another user than root; what it opens here is ours.
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  t.after(() => browser.close())
  return browser
}

/** Serves pages and scripts at an origin of their own; gives the origin. `contents` by path. */
export async function servePages(t: After, contents: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const content = contents[new URL(String(request.url), 'http://pages').pathname]
    const type = request.url?.includes('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
    response.end(content)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
