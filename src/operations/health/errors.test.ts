import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { recentErrors } from './errors.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-25T08:00:00Z')
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString()
const line = (minutesAgo: number, level: string, message: string, service = 'omnicare-hospital') =>
  JSON.stringify({ 'log.level': level, '@timestamp': at(minutesAgo), 'service.name': service, message })

function logs(t: TestContext, files: Readonly<Record<string, readonly string[]>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-errors-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    utimesSync(join(folder, name), NOW / 1000, NOW / 1000)
  }
  return folder
}

describe('the errors of the last hour', () => {
  test('are those of both planes and all copies, what says the same counted together', async (t) => {
    const folder = logs(t, {
      'operations.log': [
        line(61, 'error', 'too old'),
        line(59, 'warn', 'no error'),
        line(3, 'fatal', 'the end', 'omnicare-operations'),
      ],
      'hospital-1.log': [line(30, 'error', 'a request failed'), line(20, 'error', 'a request failed')],
      'hospital-2-2026-11-25.log': [line(10, 'error', 'a request failed'), '{"log.level":"error","half'],
      'audit.log': [line(1, 'error', 'of no plane')],
    })
    assert.deepEqual(await recentErrors(folder, NOW - HOUR), {
      count: 4,
      newest: [
        { service: 'omnicare-operations', level: 'fatal', message: 'the end', count: 1, last: at(3) },
        { service: 'omnicare-hospital', level: 'error', message: 'a request failed', count: 3, last: at(10) },
      ],
    })
  })

  test('are found among the files of many copies and many days', async (t) => {
    const past = Array.from({ length: 30 * 8 }, (_, n) => {
      const day = new Date(NOW - (1 + Math.floor(n / 8)) * 24 * HOUR).toISOString().slice(0, 10)
      return [`hospital-${1 + (n % 8)}-${day}.log`, [line(30, 'error', 'of a past day')]] as const
    })
    const today = Array.from({ length: 8 }, (_, n) => [`hospital-${1 + n}.log`, [line(5, 'error', 'now')]] as const)
    const { count, lacks } = await recentErrors(logs(t, Object.fromEntries([...past, ...today])), NOW - HOUR)
    assert.deepEqual([count, lacks], [8, undefined])
  })

  test('tell apart what says the same with another code', async (t) => {
    const coded = (minutesAgo: number, code: string) =>
      JSON.stringify({ ...JSON.parse(line(minutesAgo, 'error', 'it failed')), error: { code } })
    const folder = logs(t, { 'operations.log': [coded(3, 'ENOSPC'), coded(2, 'ENOSPC'), coded(1, 'EACCES')] })
    const { newest } = await recentErrors(folder, NOW - HOUR)
    assert.deepEqual(
      newest.map(({ code, count }) => [code, count]),
      [
        ['EACCES', 1],
        ['ENOSPC', 2],
      ],
    )
  })

  test('of a file that is too long are those at its end, and it is said', async (t) => {
    const many = Array.from({ length: 20_000 }, () => line(30, 'error', 'again and again and again and again'))
    const folder = logs(t, { 'hospital.log': many })
    const { count, lacks } = await recentErrors(folder, NOW - HOUR)
    assert.ok(count > 5_000 && count < 20_000, `${count}`)
    assert.equal(lacks, 'Only the ends were read of hospital.log.')
  })

  test('are none of a file that was not written to, and not known where there are no logs', async (t) => {
    const folder = logs(t, { 'hospital.log': [line(1, 'error', 'of the future')] })
    utimesSync(join(folder, 'hospital.log'), (NOW - 2 * HOUR) / 1000, (NOW - 2 * HOUR) / 1000)
    assert.deepEqual(await recentErrors(folder, NOW - HOUR), { count: 0, newest: [] })
    assert.equal((await recentErrors(join(folder, 'nowhere'), 0)).lacks, 'The logs can not be read.')
  })
})
