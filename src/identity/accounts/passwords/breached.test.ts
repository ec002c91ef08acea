import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openBreached } from './breached.ts'

function fileOf(t: TestContext, lines: readonly string[], end = '\n'): string {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-breached-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'list')
  writeFileSync(file, lines.map((line) => line + end).join(''))
  return file
}

describe('a file of stolen passwords', () => {
  for (const end of ['\n', '\r\n'])
    test(`of sorted SHA-1 is searched where it lies, line ends ${JSON.stringify(end)}`, async (t) => {
      const words = Array.from({ length: 199 }, (_, n) => `stolen password ${n}`)
      const lines = words.map((word, n) => `${hash('sha1', word, 'hex').toUpperCase()}:${10 ** (n % 7)}`).sort()
      const isBreached = await openBreached(fileOf(t, lines, end))
      for (const word of words) assert.equal(await isBreached(word), true, word)
      for (let n = 0; n < 100; n++) assert.equal(await isBreached(`never stolen ${n}`), false)
    })

  test('of plain lines is read, whatever the case', async (t) => {
    const isBreached = await openBreached(fileOf(t, ['Correct Horse', 'battery staple']))
    assert.equal(await isBreached('correct horse'), true)
    assert.equal(await isBreached('BATTERY staple'), true)
    assert.equal(await isBreached('battery'), false)
  })

  test('that is missing is told at the start', async () => {
    await assert.rejects(openBreached('/nowhere/list'), { code: 'identity/unreadable-breached' })
  })
})
