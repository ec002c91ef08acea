import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { commandOf, parentOf, signal } from '../process.ts'
import { startEmbedded } from './server.ts'

/** Its processes are named in /proc. */
const cannot = process.platform !== 'linux' && 'only Linux tells which process is which'

test('a server whose last checkpoint does not end is ended hard, in the time that it was given', {
  skip: cannot,
}, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-stop-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  chmodSync(home, 0o711)
  const { log } = readableLog()
  const server = await startEmbedded({ name: 'record', folder: join(home, 'record'), log })
  const [postmaster] = readFileSync(join(home, 'record/data/postmaster.pid'), 'utf8').split('\n').map(Number)
  const checkpointer = readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && parentOf(pid) === postmaster && commandOf(pid)?.includes('checkpointer'))
  // As when the disk takes for ever: a refused start once waited a minute and a half for two of these.
  signal(Number(checkpointer), 'SIGSTOP')
  await server.stop(100)
  assert.equal(commandOf(Number(postmaster)), undefined)
  const again = await startEmbedded({ name: 'record', folder: join(home, 'record'), log })
  await again.stop()
})
