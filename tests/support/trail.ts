/** A ledger of a test's own with operations' door before it, on a socket, so that the trail is asked as clients ask. */
import { randomBytes } from 'node:crypto'
import { Registry } from 'prom-client'
import { type AuditEntry, type Ledger, openAudit, openIntake, openLedger, openMasterKey, sealNext } from '#audit'
import { openOperations } from '../../src/http/operations/server.ts'
import { healthOf } from './health.ts'
import { startLedgers, type TestLedgers } from './ledger.ts'
import { EMPTY_PLANT } from './plant.ts'
import { NO_PROCEDURES } from './procedures.ts'
import { type After, newestFirst } from './suite.ts'

export interface TestTrail extends TestLedgers {
  readonly ledger: Ledger
  readonly url: string
  readonly token: string
  readonly relayKey: string
  /** Records and seals. */
  readonly add: (entries: readonly AuditEntry[]) => Promise<void>
  /** Seals what operations itself has recorded. */
  readonly seal: () => Promise<void>
  /** Closes operations' door, and opens it again at the same address. */
  readonly reopen: () => Promise<void>
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
}

const TOKEN = 'a-token-that-only-this-test-knows'

export async function startTrail(t: After): Promise<TestTrail> {
  const house = newestFirst(t)
  const all = await startLedgers(house)
  const ledger = await openLedger(all.control, { key: openMasterKey(randomBytes(32)), former: [] })
  const seal = async (name: 'record' | 'control' = 'control') => {
    while ((await sealNext({ ...ledger, nowMs: () => Date.now(), most: 500 }, { name, db: all[name] }))?.more === true);
  }
  const relayKey = 'the-key-by-which-the-hospital-is-known'
  const open = (port: number) =>
    openOperations({
      ...EMPTY_PLANT,
      host: '127.0.0.1',
      port,
      log: all.log,
      metrics: new Registry(),
      token: TOKEN,
      hospital: { base: 'http://127.0.0.1:9/fhir/R4' },
      practice: false,
      health: healthOf(house),
      identity: {
        identity: {
          sessions: {},
          people: { named: async (userName: string) => (userName === 'hopper' ? { id: 'grace' } : undefined) },
        } as never,
        record: async () => undefined,
      },
      samples: undefined as never,
      alerts: undefined as never,
      oauth: undefined as never,
      procedures: NO_PROCEDURES,
      audit: {
        ledger,
        audit: openAudit({
          plane: 'operations',
          intake: openIntake(all.control),
          secret: TOKEN,
          metrics: new Registry(),
        }),
        retentionYears: 7,
        relayKey,
        zone: 'Europe/Berlin',
        witnessed: [],
        exportPlace: undefined as never,
      },
    })
  let operations = await open(0)
  const { address } = operations
  house.after(async () => operations[Symbol.asyncDispose]())
  const intake = openIntake(all.hospital)
  return {
    ...all,
    ledger,
    url: address,
    token: TOKEN,
    relayKey,
    async add(entries) {
      for (const entry of entries) await intake.record(entry)
      await seal('record')
    },
    seal,
    async reopen() {
      await operations[Symbol.asyncDispose]()
      operations = await open(Number(new URL(address).port))
    },
    ask: (path, init = {}) =>
      fetch(address + path, {
        ...init,
        headers: { authorization: `Bearer ${TOKEN}`, connection: 'close', ...init.headers },
      }),
  }
}
