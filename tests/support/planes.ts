/** Both planes of a test's own on real sockets: people and programs enter at operations, and use what they get at the hospital. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { openAudit } from '#audit'
import { sql } from '#foundation/sql.ts'
import { type Mail, type OAuth, openOAuth, openSeal, type Role } from '#identity'
import { hospitalTrust } from '../../src/hospital-trust.ts'
import { audiencesOf } from '../../src/http/audiences.ts'
import { openOperations } from '../../src/http/operations/server.ts'
import { healthOf } from './health.ts'
import { startHospital, type TestHospital } from './hospital.ts'
import { ADMINISTRATOR, callerOf, PASSWORD, startIdentity, type TestIdentity } from './identity.ts'
import { EMPTY_PLANT } from './plant.ts'
import { readableLog } from './recording-record.ts'
import type { After } from './suite.ts'

export interface TestPlanes {
  readonly hospital: TestHospital
  readonly identity: TestIdentity
  readonly oauth: OAuth
  /** Where operations answers. */
  readonly operations: string
  /** What `hospitalTrust` keeps. */
  readonly home: string
  readonly relayKey: string
  /** Another hospital's view of operations, as a process started anew has it. */
  readonly trustAnew: () => NonNullable<ReturnType<typeof hospitalTrust>>
  /** An account that is signed in, with its cookie. */
  readonly signIn: (
    userName: string,
    roles?: Role[],
    /** As in `Practitioner/7`. */
    fhir?: string,
  ) => Promise<{ readonly person: string; readonly cookie: string; readonly session: string }>
  /** Does something while operations is not there, and opens it again at the same address. */
  readonly withoutOperations: (work: () => Promise<void>) => Promise<void>
  /** Administration, with the token of the machine. */
  readonly administer: (path: string, body?: object) => Promise<Response>
}

const TOKEN = 'a-token-that-only-this-test-knows'

const localOf = (address: string): string => `http://localhost:${new URL(address).port}`

export async function startPlanes(t: After, mail?: Mail): Promise<TestPlanes> {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-planes-'))
  const house = new AsyncDisposableStack()
  t.after(async () => {
    await house.disposeAsync()
    rmSync(home, { recursive: true, force: true })
  })
  const { log } = readableLog()
  const nowMs = () => Date.now()
  const relayKey = 'the-key-by-which-the-hospital-is-known'
  const at = { operations: '', hospital: '' }
  const audiences = () => audiencesOf(at.hospital, undefined)
  const trustAnew = () => {
    const trust = hospitalTrust({ home, address: () => at.operations, key: relayKey, audiences, log })
    return house.use(trust as NonNullable<typeof trust>)
  }
  // Its origin is known once it listens.
  const party = { id: 'localhost', origins: [] as string[] }
  const identity = await startIdentity(t, {
    nowMs,
    relyingParty: party,
    ...(mail !== undefined && { mail }),
    address: () => localOf(at.operations),
  })
  const hospital = await startHospital(t, { trust: trustAnew() })
  at.hospital = hospital.url
  const { record } = identity
  const append = async (text: string) =>
    void (await identity.control.append(sql`INSERT INTO audit.intake (entry) VALUES (${text})`))
  const oauth = await openOAuth({
    control: identity.control,
    record,
    nowMs,
    seal: openSeal(Buffer.alloc(32, 7)),
    oversee: identity.oversee,
    people: identity.people,
    sessions: identity.sessions,
    issuer: () => `${localOf(at.operations)}/oauth`,
    audiences,
    refreshDays: 30,
    signingKeyDays: 91,
    log,
  })
  const open = (port: number) =>
    openOperations({
      host: '127.0.0.1',
      port,
      log,
      metrics: new Registry(),
      token: TOKEN,
      hospital: { base: hospital.base },
      practice: false,
      health: healthOf(t),
      identity: { identity, record, outbox: { list: async () => [] } },
      oauth,
      ...EMPTY_PLANT,
      audit: {
        ledger: undefined as never,
        audit: openAudit({ plane: 'operations', intake: { append }, secret: TOKEN, metrics: new Registry() }),
        retentionYears: 7,
        relayKey,
        zone: 'UTC',
        witnessed: [],

        exportPlace: undefined as never,
      },
    })
  let operations = await open(0)
  house.defer(async () => operations[Symbol.asyncDispose]())
  at.operations = operations.address
  party.origins.push(localOf(operations.address))
  return {
    hospital,
    identity,
    oauth,
    operations: localOf(operations.address),
    home,
    relayKey,
    trustAnew,
    async signIn(userName, roles = ['nurse'], fhir) {
      const { id: account } = await identity.person(userName, { roles })
      if (fhir !== undefined) await identity.people.change(ADMINISTRATOR, account, { fhir })
      const caller = callerOf()
      const progress = await identity.signIn.withPassword(caller, { userName, password: PASSWORD, place: 'hospital' })
      if (progress.is !== 'in') throw new Error(`a second factor stands in the way of ${userName}`)
      const { secret, id } = progress.session
      return { person: progress.person.id, cookie: `omnicare=${secret}`, session: id }
    },
    async withoutOperations(work) {
      await operations[Symbol.asyncDispose]()
      try {
        await work()
      } finally {
        operations = await open(Number(new URL(at.operations).port))
      }
    },
    administer: (path, body) =>
      fetch(`${at.operations}/api/operations/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  }
}
