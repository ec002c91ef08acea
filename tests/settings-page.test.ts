import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { settingsPage } from '../scripts/generate/settings-page.ts'

describe('the page of settings', () => {
  test('is what `npm run generate` prints from the catalogue today', () => {
    assert.equal(readFileSync(join(import.meta.dirname, '../docs/settings.md'), 'utf8'), settingsPage())
  })

  test('tells nothing of the machine it was printed on', () => {
    assert.ok(!settingsPage().includes(join(import.meta.dirname, '..')))
  })
})
