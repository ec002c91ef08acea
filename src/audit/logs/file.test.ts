import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openLogFile } from './file.ts'

const DAY_MS = 86_400_000
const line = (sequence: number) => `${JSON.stringify({ event: { sequence } })}\n`

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-audit-log-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('an audit log file', () => {
  test('goes on after its last whole line; what a crash has left of another is taken away', async (t) => {
    const folder = folderOf(t)
    const options = { folder, name: 'audit', days: 7, nowMs: Date.now }
    const file = await openLogFile(options)
    assert.equal(file.last, undefined)
    await file.append([line(0), line(1)])
    await file.append([line(2)])
    await file.close()
    const path = join(folder, 'audit.log')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    for (const cut of ['', '{"event":{"seq', line(3).slice(0, -1), `{"long":"${'x'.repeat(200_000)}`]) {
      appendFileSync(path, cut)
      const again = await openLogFile(options)
      assert.equal(again.last, 2)
      await again.close()
      assert.equal(readFileSync(path, 'utf8'), line(0) + line(1) + line(2))
    }
    writeFileSync(path, 'no line')
    const empty = await openLogFile(options)
    assert.equal(empty.last, undefined)
    await empty.close()
    assert.equal(statSync(path).size, 0)
  })

  test('rolls over at midnight UTC, compresses the day that is over, and keeps as many days as it should', async (t) => {
    const folder = folderOf(t)
    const clock = { now: Date.now() }
    const options = { folder, name: 'audit', days: 3, nowMs: () => clock.now }
    const day = (back: number) => new Date(clock.now - back * DAY_MS).toISOString().slice(0, 10)
    const file = await openLogFile(options)
    for (let n = 0; n < 6; n++) {
      await file.append([line(n)])
      clock.now += DAY_MS
    }
    await file.turn()
    const names = readdirSync(folder).sort()
    assert.deepEqual(names, [`audit-${day(3)}.log.gz`, `audit-${day(2)}.log.gz`, `audit-${day(1)}.log.gz`, 'audit.log'])
    assert.equal(gunzipSync(readFileSync(join(folder, `audit-${day(1)}.log.gz`))).toString(), line(5))
    for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
    await file.close()
    const again = await openLogFile(options)
    assert.equal(again.last, 5, 'the last line of the newest past day is where it goes on')
    await again.append([line(6)])
    // Set back, the clock names the day of a file that is there already.
    clock.now -= DAY_MS
    await again.append([line(7)])
    await again.close()
    const all = readdirSync(folder)
      .map((name) => {
        const bytes = readFileSync(join(folder, name))
        return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
      })
      .join('')
    for (const n of [3, 4, 5, 6, 7]) assert.ok(all.includes(line(n)), String(n))
  })

  test('finishes what a crash has interrupted between two days', async (t) => {
    const folder = folderOf(t)
    const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10)
    writeFileSync(join(folder, `audit-${yesterday}.log`), line(0) + line(41))
    writeFileSync(join(folder, `audit-${yesterday}.log.gz.new`), 'half')
    const file = await openLogFile({ folder, name: 'audit', days: 7, nowMs: Date.now })
    assert.equal(file.last, 41)
    await file.close()
    assert.deepEqual(readdirSync(folder).sort(), [`audit-${yesterday}.log.gz`, 'audit.log'])
  })
})
