import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openIntake, openLedger, openMasterKey, sealNext, verifyLedger } from '#audit'
import { entryOf, startLedgers } from '../support/ledger.ts'

// What was seen: each batch that was sealed during a check was called inserted, and the ledger cut back.
test('a ledger that grows while it is verified is well', { timeout: 240_000 }, async (t) => {
  const all = await startLedgers(t)
  const ledger = await openLedger(all.control, { key: openMasterKey(randomBytes(32)), former: [] })
  const { record } = openIntake(all.hospital)
  const seal = async () => {
    await Promise.all(Array.from({ length: 60 }, () => record(entryOf())))
    await sealNext({ ...ledger, nowMs: Date.now, most: 100 }, { name: 'record', db: all.record })
  }
  await seal()
  let verifying = true
  const growing = (async () => {
    while (verifying) await seal()
  })()
  const sizes = new Set<number>()
  while (sizes.size < 8) {
    const { findings, size, checked } = await verifyLedger(ledger)
    assert.deepEqual([findings, checked], [[], size])
    sizes.add(size)
  }
  verifying = false
  await growing
})
