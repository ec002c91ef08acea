import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openDailyFile } from './daily-file.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-daily-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Leaves `a.log` as a process that ended on that day would have. */
function left(folder: string, day: string): void {
  const file = join(folder, 'a.log')
  writeFileSync(file, `of ${day}\n`)
  utimesSync(file, new Date(`${day}T12:00:00Z`), new Date(`${day}T12:00:00Z`))
}

async function writeLine(folder: string): Promise<void> {
  const file = openDailyFile(folder, 'a')
  file.write('new\n')
  await file.close()
}

const logs = (folder: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .sort()

describe('a daily file', () => {
  test('puts away what an earlier day left, under the name of that day', async (t) => {
    const folder = folderOf(t)
    left(folder, '2026-01-02')
    await writeLine(folder)
    assert.deepEqual(logs(folder), ['a-2026-01-02.log', 'a.log'])
    assert.equal(readFileSync(join(folder, 'a-2026-01-02.log'), 'utf8'), 'of 2026-01-02\n')
    assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'new\n')
  })

  test('takes another name when that of the day is taken', async (t) => {
    const folder = folderOf(t)
    for (let times = 0; times < 2; times++) {
      left(folder, '2026-01-02')
      await writeLine(folder)
    }
    assert.deepEqual(logs(folder), ['a-2026-01-02-2.log', 'a-2026-01-02.log', 'a.log'])
  })

  test('is kept for 30 days', async (t) => {
    const folder = folderOf(t)
    for (let day = 1; day <= 31; day++) {
      left(folder, `2026-01-${String(day).padStart(2, '0')}`)
      await writeLine(folder)
    }
    assert.equal(logs(folder).length, 30 + 1)
    assert.ok(!logs(folder).includes('a-2026-01-01.log'))
  })
})
