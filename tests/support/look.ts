/** Looks at pages as people with other eyes, screens and colours do. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'

const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const
const COLOURS = ['light', 'dark'] as const

const PATIENCE_MS = 15_000

/** A folder that screenshots are put into, to be looked at by people. */
const PICTURES = process.env.OMNICARE_TEST_PICTURES

export interface Tab {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser has refused or thrown so far; a policy that a page breaks is among it. */
  readonly complaints: readonly string[]
}

export async function openTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({ viewport: SIZES.desktop, colorScheme: 'light', locale: 'en-US' })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // What the server refuses is told by the page itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  return { context, page, complaints }
}

/** Fails with what axe finds in light and dark, on desktop and phone, and with what doesn't fit into the width. */
export async function look({ page, complaints }: Tab, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of COLOURS) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
      assert.deepEqual(found, [], `${name}, ${size}, ${colorScheme}`)
      const wide = (await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')) as number
      assert.ok(wide <= 0, `${name} is ${wide} px too wide on a ${size}`)
      if (PICTURES === undefined) continue
      mkdirSync(PICTURES, { recursive: true })
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`), fullPage: true })
    }
  await page.setViewportSize(SIZES.desktop)
  await page.emulateMedia({ colorScheme: 'light' })
  assert.deepEqual(complaints, [], name)
}
