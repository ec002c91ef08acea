import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { superviseHospital } from './hospital.ts'

/** Says that it serves, and does not listen when it is asked to stop. */
const DEAF = `process.on('SIGTERM', () => {})
process.send({ serving: 'http://127.0.0.1:9' })
setInterval(() => {}, 1000)`

test('a hospital that does not stop when it is asked to is killed', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-deaf-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'deaf.mjs')
  writeFileSync(program, DEAF)
  const { log, lines } = readableLog()
  let served = 0
  const hospital = superviseHospital({
    program,
    env: { PATH: process.env.PATH },
    held: async () => undefined,
    control: { quick: async () => [] } as unknown as Database,
    log,
    stopWithinMs: 50,
    onServing(pid) {
      served = pid
    },
    failed: (code) => new Error(`it ended with ${code}`),
  })
  await hospital.serving
  await hospital[Symbol.asyncDispose]()
  assert.throws(() => process.kill(served, 0), { code: 'ESRCH' })
  assert.deepEqual(
    lines.map(({ level, facts }) => [level, facts['process.pid']]),
    [['error', served]],
  )
})
