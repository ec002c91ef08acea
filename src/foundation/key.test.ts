import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const PROCESSES = 6
const FILES = 30

/** Has all keys in a folder made where there are none, and prints those it found. */
const MAKES = `
import { makeKeyFileOnce } from ${JSON.stringify(join(import.meta.dirname, 'key.ts'))}
import { readFileSync } from 'node:fs'
const [folder] = process.argv.slice(-1)
const found = []
for (let n = 0; n < ${FILES}; n++) {
  const file = folder + '/' + n
  makeKeyFileOnce(file)
  found.push(readFileSync(file, 'utf8'))
}
process.stdout.write(JSON.stringify(found))`

// Two copies of the hospital made the key of the spool at once. One had its own in hand, which the other had replaced: what
// it spooled could not be opened after a restart.
test('a key that several processes want at once is made by one of them, and found by all', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const make = () =>
    new Promise<string[]>((resolve, reject) =>
      execFile(process.execPath, ['--input-type=module', '-e', MAKES, folder], (error, out) =>
        error === null ? resolve(JSON.parse(out)) : reject(error),
      ),
    )
  const found = await Promise.all(Array.from({ length: PROCESSES }, make))
  const kept = Array.from({ length: FILES }, (_, n) => readFileSync(join(folder, String(n)), 'utf8'))
  for (const one of found) assert.deepEqual(one, kept)
  assert.equal(readdirSync(folder).length, FILES)
})
