import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { generateWeb } from '../../scripts/generate/web.ts'

const root = join(import.meta.dirname, '../..')

describe('the built web pages', { timeout: 120_000 }, () => {
  test('are what `npm run generate` builds today', async (t) => {
    const anew = mkdtempSync(join(tmpdir(), 'omnicare-built-'))
    t.after(() => rmSync(anew, { recursive: true, force: true }))
    await generateWeb(root, anew)
    const filesOf = (folder: string) => globSync('**/*.*', { cwd: folder }).sort()
    const built = join(root, 'web/built')
    assert.deepEqual(filesOf(built), filesOf(anew))
    for (const file of filesOf(anew))
      assert.ok(readFileSync(join(built, file)).equals(readFileSync(join(anew, file))), file)
  })
})
