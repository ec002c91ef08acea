/** The door of operations before an identity of a test's own, and browsers that ask at it. */
import { Registry } from 'prom-client'
import { openAudit } from '#audit'
import { sql } from '#foundation/sql.ts'
import { type IdentityOptions, openOAuth, openSeal } from '#identity'
import { openOperations } from '../../src/http/operations/server.ts'
import { healthOf } from './health.ts'
import { startIdentity, type TestIdentity } from './identity.ts'
import { EMPTY_PLANT } from './plant.ts'
import { readableLog } from './recording-record.ts'
import type { After } from './suite.ts'

export const OWNER_TOKEN = 'a-token-of-this-test'

interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what each address answers differs.
  readonly body: any
}

export interface Browser {
  /** Its cookies, by name. */
  readonly cookies: Map<string, string>
  /** A request as a page of ours sends it: with cookies, from the same origin, with the value that GET /api/session gave. */
  ask(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>
}

export interface Door {
  readonly identity: TestIdentity
  readonly address: string
  /** Somebody new at an address of their own. */
  readonly browser: (from?: string) => Browser
}

let networks = 0
/** A network that nobody else in this process comes from. */
export const newNetwork = (): string => `10.${Math.floor(++networks / 250)}.${networks % 250}.7`

interface DoorOptions extends Partial<IdentityOptions> {
  readonly publicUrl?: string
}

export async function startDoor(t: After, { publicUrl, ...options }: DoorOptions = {}): Promise<Door> {
  let listening = 'http://127.0.0.1:9'
  const identity = await startIdentity(t, { address: () => listening, ...options })
  const append = async (text: string) =>
    void (await identity.control.append(sql`INSERT INTO audit.intake (entry) VALUES (${text})`))
  const metrics = new Registry()
  const oauth = await openOAuth({
    control: identity.control,
    record: identity.record,
    nowMs: identity.nowMs,
    seal: openSeal(Buffer.alloc(32, 7)),
    oversee: identity.oversee,
    people: identity.people,
    sessions: identity.sessions,
    issuer: () => `${listening}/oauth`,
    audiences: () => ['http://127.0.0.1:9/fhir/R4'],
    refreshDays: 30,
    signingKeyDays: 91,
    log: readableLog().log,
  })
  const operations = await openOperations({
    host: '127.0.0.1',
    port: 0,
    log: readableLog().log,
    metrics,
    token: OWNER_TOKEN,
    publicUrl,
    // The test is the proxy, and says from where each browser comes.
    trustedProxies: ['127.0.0.1'],
    practice: false,
    hospital: { base: 'http://127.0.0.1:9/fhir/R4' },
    health: healthOf(t),
    identity: { identity, record: identity.record },
    oauth,
    ...EMPTY_PLANT,
    audit: {
      // The ledger itself is asked in tests/audit/, of a running OmniCare.
      ledger: undefined as never,
      audit: openAudit({ plane: 'operations', intake: { append }, secret: 'of-a-test', metrics }),
      retentionYears: 7,
      relayKey: 'a-key-of-this-test',
      zone: 'UTC',
      witnessed: [],

      exportPlace: undefined as never,
    },
  })
  t.after(async () => operations[Symbol.asyncDispose]())
  const { address } = operations
  listening = address
  return { identity, address, browser: (from) => openBrowser(address, from) }
}

export function openBrowser(address: string, from = newNetwork()): Browser {
  const cookies = new Map<string, string>()
  let csrf: string | undefined
  const keep = (answer: Response) => {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
  }
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(address + path, {
      method,
      headers: {
        'x-forwarded-for': from,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    keep(answer)
    const text = await answer.text()
    const read = /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
    if (read?.csrf !== undefined) csrf = read.csrf
    return { status: answer.status, headers: answer.headers, body: read }
  }
  return {
    cookies,
    async ask(method, path, body, headers = {}) {
      if (method === 'GET') return send(method, path, undefined, headers)
      if (csrf === undefined) await send('GET', '/api/session')
      const own = { origin: address, 'x-omnicare-csrf': String(csrf) }
      return send(method, path, body ?? {}, { ...own, ...headers })
    },
  }
}
