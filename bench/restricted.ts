/**
 * The hospital with a physician whom a token of this file lets in, to measure what it costs to look at nothing that is out
 * of reach. Who asks is made up here, because the bench has no operations beside it where somebody could sign in.
 */

import { Registry } from 'prom-client'
import { openAudit, openIntake } from '#audit'
import { openDatabase } from '#foundation/database.ts'
import { openLog } from '#foundation/log.ts'
import type { Access } from '#identity/entry'
import { hospitalPolicy, openRecord } from '#record'
import { openHttp } from '../src/http/index.ts'

const [url = '', token = '', folder = '', physician = ''] = process.argv.slice(2)
const access: Access = {
  subject: { kind: 'person', id: 'bench', name: 'bench' },
  roles: ['physician'],
  scopes: 'all',
  fhirUser: 'Practitioner/bench',
  purpose: 'TREAT',
  breakGlass: false,
}
const trust = {
  check(given: string): Access {
    if (given !== physician) throw new Error('nobody else is let in here')
    return access
  },
  async refresh() {},
  knowsOrigin: () => false,
  issuer: () => undefined,
}

const log = openLog({ service: 'restricted', folder, level: 'warn', toStdout: false })
const role = 'omnicare_hospital'
const db = await openDatabase({ url, connections: 10, statementTimeoutMs: 30_000, role, log })
const metrics = new Registry()
const audit = openAudit({ plane: 'hospital', intake: openIntake(db), secret: token, metrics })
const record = openRecord({ db, audit, references: 'off', policy: hospitalPolicy(), metrics, log })
const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 32, shutdownSeconds: 1 }
const http = await openHttp({ record, audit, log, metrics, settings, token, trust })

process.send?.({ serving: http.address })
process.once('SIGTERM', () => process.exit(0))
