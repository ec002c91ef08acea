/** A ledger of 700 entries, sealed in batches of 50, three of them of a month that is long over. */
import { randomBytes } from 'node:crypto'
import { type Ledger, type MasterKeyPlace, openIntake, openLedger, openMasterKey, sealNext } from '#audit'
import { entryOf, startLedgers, type TestLedgers } from './ledger.ts'
import type { After } from './suite.ts'

export const SIZE = 700

export interface SealedLedger extends TestLedgers {
  ledger: Ledger
  keyBytes: Buffer
  readonly place: () => MasterKeyPlace
  readonly seal: (name?: 'record' | 'control') => Promise<unknown>
}

export async function startSealedLedger(t: After): Promise<SealedLedger> {
  const all = await startLedgers(t)
  const place = (): MasterKeyPlace => ({
    key: openMasterKey(sealed.keyBytes),
    former: [],
    replace: () => {
      sealed.keyBytes = randomBytes(32)
      return { key: openMasterKey(sealed.keyBytes), settle: () => undefined }
    },
  })
  const seal = (name: 'record' | 'control' = 'record') =>
    sealNext({ ...sealed.ledger, nowMs: () => Date.now(), most: 100, keepEveryMs: 0 }, { name, db: all[name] })
  const keyBytes = randomBytes(32)
  const ledger = await openLedger(all.control, { key: openMasterKey(keyBytes), former: [] })
  const sealed: SealedLedger = { ...all, keyBytes, ledger, place, seal }
  sealed.ledger = await openLedger(all.control, place())
  const entries = Array.from({ length: SIZE }, (_, number) =>
    entryOf({
      ...(number < 3 && { at: '2015-05-05T05:05:05.005Z' }),
      actor: { kind: 'person', id: number % 7 === 0 ? 'grace' : 'ada' },
      patients: [`Patient/${number % 10}`],
      action: number % 5 === 0 ? 'update' : 'read',
      breakGlass: number === 50,
      request: `request-${number}`,
    }),
  )
  const intake = openIntake(all.hospital)
  for (let from = 0; from < SIZE; from += 50) {
    // One after the other: which number an entry gets is what the tests go by.
    for (const entry of entries.slice(from, from + 50)) await intake.record(entry)
    await seal()
  }
  return sealed
}
