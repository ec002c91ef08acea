import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { on } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { After } from '../../../tests/support/suite.ts'
import { handTo, heldByParent } from './handing.ts'

/** Asks whenever it is told how long to wait, and says what it was given. */
const ASKER = `import { heldByParent } from '${join(import.meta.dirname, 'handing.ts')}'
process.on('message', async ({ withinMs }) => {
  if (withinMs !== undefined) process.send({ given: (await heldByParent(withinMs)) ?? 'nothing' })
})`
const PAIR = { cert: 'a certificate', key: 'its key' }
const LONG_MS = 60_000

function asker(t: After) {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-asker-'))
  const program = join(folder, 'asker.mjs')
  writeFileSync(program, ASKER)
  const child: ChildProcess = fork(program)
  t.after(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const given = async (withinMs = LONG_MS): Promise<unknown> => {
    const said = on(child, 'message')
    child.send({ withinMs })
    for await (const [message] of said) if ('given' in message) return message.given
    return undefined
  }
  return { child, given }
}

describe('a pair that is handed to a process', { timeout: LONG_MS }, () => {
  test('is what its parent has when it asks, every time', async (t) => {
    const { child, given } = asker(t)
    let held: typeof PAIR | undefined
    handTo(child, async () => held)
    assert.equal(await given(), 'nothing')
    held = PAIR
    assert.deepEqual(await given(), PAIR)
  })

  test('is not waited for longer than it takes, and an answer that comes late is none to what is asked next', async (t) => {
    const { child, given } = asker(t)
    const late = Promise.withResolvers<typeof PAIR>()
    const answers = [late.promise, Promise.resolve({ ...PAIR, cert: 'another' })]
    handTo(child, async () => answers.shift())
    assert.equal(await given(1), 'nothing')
    late.resolve(PAIR)
    assert.deepEqual(await given(), { ...PAIR, cert: 'another' })
  })

  test('is nothing where nobody could hand it', async () => {
    assert.equal(await heldByParent(), undefined)
  })
})
