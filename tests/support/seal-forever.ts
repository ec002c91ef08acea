/** A process that seals until it is killed: node seal-forever.ts RECORD_URL CONTROL_URL HOME */
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { openLedger, placeOfMasterKey, startSealer } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { openDatabase } from '#foundation/database.ts'
import { openLog } from '#foundation/log.ts'

const [recordUrl = '', controlUrl = '', home = ''] = process.argv.slice(2)
const log = openLog({ service: 'sealer', folder: join(home, 'logs'), level: 'error', toStdout: false })
const open = (url: string) =>
  openDatabase({ url, connections: 4, statementTimeoutMs: 30_000, role: 'omnicare_operations', log })
const control = await open(controlUrl)
const ledger = await openLedger(control, placeOfMasterKey({ file: join(home, 'audit-key'), isDefault: true }))
startSealer({
  ...ledger,
  nowMs: nowMilliseconds,
  most: 500,
  // All of them are looked at afterwards.
  keepEveryMs: 0,
  sources: [
    { name: 'record', db: await open(recordUrl) },
    { name: 'control', db: control },
  ],
  metrics: new Registry(),
  log,
})
