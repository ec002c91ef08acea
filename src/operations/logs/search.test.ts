import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { loggedRequest } from '#foundation/logged-request.ts'
import { searchLogs } from './search.ts'
import type { LogLine, LogQuery } from './terms.ts'

const T = Date.parse('2026-11-24T10:00:00Z')
const time = (ms: number) => new Date(T + ms).toISOString()

interface Facts {
  readonly level?: string
  readonly [name: string]: unknown
}

const line = (ms: number, message: string, { level = 'info', ...facts }: Facts = {}) =>
  `${JSON.stringify({ 'log.level': level, '@timestamp': time(ms), 'ecs.version': '8.10.0', ...facts, message })}\n`

function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-logs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)
  return {
    folder,
    write: (name: string, ...lines: string[]) => appendFileSync(at(name), lines.join('')),
    rename: (from: string, to: string) => renameSync(at(from), at(to)),
    remove: (name: string) => rmSync(at(name)),
    page: (query: Partial<LogQuery> = {}, mostBytes?: number) =>
      searchLogs({ folder, nowMs: () => T, ...(mostBytes !== undefined && { mostBytes }) }, { most: 100, ...query }),
  }
}

const messages = (lines: readonly LogLine[]) => lines.map(({ message }) => message)

describe('searching the logs', () => {
  test('gives the lines of all processes by time, the newest first, page after page over all days', async (t) => {
    const { write, page } = folderOf(t)
    write('hospital-2026-11-23.log', line(0, 'a'), line(10, 'd'))
    write('hospital-2026-11-23-2.log', line(20, 'e'))
    write('hospital.log', line(30, 'g'))
    write('hospital-2.log', line(2, 'b'), line(25, 'f'))
    write('operations.log', line(5, 'c'), line(40, 'h'))
    write('audit.log', line(41, 'no log of ours'))
    write('notes.txt', line(42, 'nor this'))
    const all: string[] = []
    let { lines, older } = await page({ most: 3 })
    for (all.push(...messages(lines)); older !== undefined; all.push(...messages(lines)))
      ({ lines, older } = await page({ most: 3, older }))
    assert.deepEqual(all, ['h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'])
  })

  test('filters by level, plane, time, request and text', async (t) => {
    const { write, page } = folderOf(t)
    write(
      'hospital.log',
      line(0, 'one', { level: 'warn', 'http.request.id': loggedRequest('r1') }),
      line(1, 'two', { level: 'debug' }),
    )
    write('operations.log', line(2, 'three', { level: 'error', error: { type: 'Fault', message: 'Disk "full"' } }))
    write('operations.log', line(3, 'four', { 'event.code': 'audit/not-recorded', count: 17 }))
    const found = async (query: Partial<LogQuery>) => messages((await page(query)).lines)
    assert.deepEqual(await found({ level: 'warn' }), ['three', 'one'])
    assert.deepEqual(await found({ plane: 'hospital' }), ['two', 'one'])
    assert.deepEqual(await found({ request: 'r1' }), ['one'])
    assert.deepEqual(await found({ request: '0198f7e2' }), [])
    assert.deepEqual(await found({ fromMs: T + 1, toMs: T + 2 }), ['three', 'two'])
    assert.deepEqual(await found({ text: 'disk "FULL"' }), ['three'])
    assert.deepEqual(await found({ text: 'not-recorded' }), ['four'])
    assert.deepEqual(await found({ text: '17' }), ['four'])
    assert.deepEqual(await found({ text: 'message' }), [], 'names of fields are not searched')
  })

  test('reads a line in its parts, and skips what is none', async (t) => {
    const { write, page } = folderOf(t)
    const error = {
      type: 'Fault',
      message: 'no',
      stack_trace: 'Fault: no\n    at here (a.ts:1)\n    at there (b.ts:2)',
    }
    write('hospital-3.log', 'no json\n', line(0, 'm', { 'http.request.id': 'r', 'event.code': 'c', error, pid: 7 }))
    write('hospital-3.log', `{"@timestamp":"${time(1)}","log.level":"info",\n`, '\n', line(2, 'half').slice(0, -9))
    assert.deepEqual((await page()).lines, [
      {
        at: time(0),
        level: 'info',
        plane: 'hospital',
        log: 'hospital-3',
        message: 'm',
        request: 'r',
        code: 'c',
        error: { type: 'Fault', message: 'no', places: ['at here (a.ts:1)', 'at there (b.ts:2)'] },
        facts: { pid: 7 },
      },
    ])
  })

  test('goes on with what is written, over any number of rotations, each line once', async (t) => {
    const { write, rename, page } = folderOf(t)
    write('hospital.log', line(0, 'before'))
    let { newer = '' } = await page()
    const seen: string[] = []
    const follow = async (most = 100) => {
      const next = await page({ newer, most })
      seen.push(...messages(next.lines))
      newer = String(next.newer)
    }
    await follow()
    write('hospital.log', line(1, '1'), line(2, '2').slice(0, 20))
    await follow()
    write('hospital.log', line(2, '2').slice(20), line(3, '3'))
    rename('hospital.log', 'hospital-2026-11-24.log')
    await follow(1) // Nothing has the name at the moment, and not all is taken.
    write('hospital.log', line(4, '4'))
    rename('hospital.log', 'hospital-2026-11-25.log')
    write('hospital.log', line(5, '5'))
    write('operations.log', line(6, '6'))
    await follow()
    await follow()
    write('hospital.log', line(7, '7'))
    await follow()
    assert.deepEqual(seen, ['1', '2', '3', '4', '5', '6', '7'])
  })

  test('goes on after what was removed meanwhile', async (t) => {
    const { write, rename, remove, page } = folderOf(t)
    write('hospital.log', line(0, 'before'))
    const { newer = '' } = await page()
    rename('hospital.log', 'hospital-2026-11-24.log')
    write('hospital.log', line(5, 'after'))
    remove('hospital-2026-11-24.log')
    assert.deepEqual(messages((await page({ newer })).lines), ['after'])
  })

  test('looks at a bounded part for each page, says up to where, and finds the rest by the cursor', async (t) => {
    const { write, page } = folderOf(t)
    const filler = 'x'.repeat(1_000)
    const many = Array.from({ length: 2_000 }, (_, n) => line(n, n % 500 === 0 ? 'needle' : filler))
    write('hospital-2026-11-23.log', ...many.slice(0, 1_200))
    write('hospital.log', ...many.slice(1_200))
    const found: string[] = []
    let pages = 0
    let last: string | undefined
    for (let older: string | undefined = ''; older !== undefined; pages++) {
      const next = await page({ text: 'needle', ...(older !== '' && { older }) }, 200_000)
      found.push(...next.lines.map(({ at }) => at))
      if (next.older !== undefined) {
        assert.ok(next.searchedTo !== undefined && (last === undefined || next.searchedTo < last), 'it gets further')
        last = next.searchedTo
      }
      older = next.older
    }
    assert.deepEqual(found, [1_500, 1_000, 500, 0].map(time))
    assert.ok(pages >= 8, `${pages} pages`)
  })

  test('begins a follow behind a line that is being written, not in it', async (t) => {
    const { write, page } = folderOf(t)
    write('hospital.log', line(0, 'whole'), line(1, 'half').slice(0, 30))
    const { newer = '' } = await page()
    write('hospital.log', line(1, 'half').slice(30))
    assert.deepEqual(messages((await page({ newer })).lines), ['half'])
  })

  test('finds nothing where there is nothing', async (t) => {
    const { write, page, folder } = folderOf(t)
    const { lines, older, newer = '' } = await page()
    assert.deepEqual([lines, older], [[], undefined])
    write('hospital.log', line(0, 'first'))
    assert.deepEqual(messages((await page({ newer })).lines), ['first'])
    assert.deepEqual((await searchLogs({ folder: `${folder}/none`, nowMs: () => T }, { most: 1 })).lines, [])
  })

  test('refuses a cursor that is none', async (t) => {
    const { page } = folderOf(t)
    const made = (what: unknown) => Buffer.from(JSON.stringify(what)).toString('base64url')
    for (const older of [
      '',
      'x',
      made({}),
      made([1, 2]),
      made([1, 2, [['a', -1, 0]]]),
      made([2, 2, []]),
      'A'.repeat(20_000),
    ])
      await assert.rejects(page({ older }), { code: 'logs/bad-cursor' })
    const { newer = '' } = await page()
    await assert.rejects(page({ older: newer, newer }), { code: 'logs/two-cursors' })
  })

  test('takes lines of any length without holding more than one', async (t) => {
    const { write, page } = folderOf(t)
    write('hospital.log', line(0, 'short'), line(1, 'y'.repeat(300_000)), line(2, 'short again'), 'z'.repeat(3_000_000))
    write('hospital.log', '\n', line(3, 'last'))
    const { lines, newer = '' } = await page()
    assert.deepEqual(
      lines.map(({ message }) => message.length),
      [4, 11, 300_000, 5],
    )
    write('hospital.log', 'w'.repeat(3_000_000), '\n', line(4, 'new'))
    assert.deepEqual(messages((await page({ newer })).lines), ['new'])
  })
})
