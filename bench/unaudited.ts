/**
 * The hospital without its audit trail, to measure what the trail costs reads. It is made here because no setting of the
 * product makes one.
 */
import { Registry } from 'prom-client'
import type { Audit } from '#audit'
import { openDatabase } from '#foundation/database.ts'
import { openLog } from '#foundation/log.ts'
import { hospitalPolicy, openRecord } from '#record'
import { openHttp } from '../src/http/index.ts'

const [url = '', token = '', folder = ''] = process.argv.slice(2)
const nothing = async () => undefined
const audit: Audit = {
  record: nothing,
  text: () => '',
  opening: () => '',
  query: () => '',
  spooled: () => undefined,
  storing: (_requests, work) => work(),
}

const log = openLog({ service: 'unaudited', folder, level: 'warn', toStdout: false })
const role = 'omnicare_hospital'
const db = await openDatabase({ url, connections: 20, statementTimeoutMs: 30_000, role, log })
const metrics = new Registry()
const whole = openRecord({ db, audit, references: 'off', policy: hospitalPolicy(), metrics, log })
// A read that is told of by its own statement would be; one whose status is asked for is told of by the audit.
const record = {
  ...whole,
  read: (...[caller, type, id]: Parameters<typeof whole.read>) => whole.read(caller, type, id, () => 200),
}
const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 32, shutdownSeconds: 1 }
const http = await openHttp({ record, audit, log, metrics, settings, token })

process.send?.({ serving: http.address })
process.once('SIGTERM', () => process.exit(0))
