/** The scripts that the manuals name: one line each onto a command, whose exit status they pass on. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const SCRIPTS: Readonly<Record<string, string>> = {
  'daily-health-check.sh': 'health',
  'health-check-comprehensive.sh': 'health --comprehensive',
  'performance-report.sh': 'performance report',
  performance_monitor: 'performance watch --times 1',
  'performance_monitor.py': 'performance watch --times 1',
  'disaster-recovery/health-check.sh': 'health --regions',
  'performance/db-optimization': 'database optimize',
  'performance/db-optimization.py': 'database optimize',
}

describe('a script of the manuals', () => {
  for (const [script, command] of Object.entries(SCRIPTS))
    test(`${script} is omnicare ${command}, with what is given to it`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'omnicare-scripts-'))
      t.after(() => rmSync(folder, { recursive: true }))
      cpSync(join(import.meta.dirname, '../scripts'), join(folder, 'scripts'), { recursive: true })
      // In place of the command: says what it was asked, and ends as a finding does.
      writeFileSync(join(folder, 'omnicare'), '#!/bin/sh\necho "$@"\nexit 7\n')
      chmodSync(join(folder, 'omnicare'), 0o755)
      const file = join(folder, 'scripts', script)
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
      assert.ok(lines.length <= 3, 'one line beside the interpreter’s and an import')
      // From another folder, by its whole path.
      const { status, stdout } = spawnSync(file, ['--json'], { cwd: '/', encoding: 'utf8' })
      assert.equal(stdout, `${command} --json\n`)
      assert.equal(status, 7)
    })
})
