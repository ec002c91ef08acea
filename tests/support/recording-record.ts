import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { Registry } from 'prom-client'
import type { AuditEntry } from '#audit'
import type { Log } from '#foundation/log.ts'
import type { Answered, Found, HealthRecord, Version } from '#record'
import { openAtWork } from '../../src/http/at-work.ts'
import type { Phase } from '../../src/http/health.ts'
import { openServer, type ServerOptions } from '../../src/http/server.ts'
import { auditInMemory } from './audit.ts'

export const TOKEN = 'a-token-for-tests'
export const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }

export const VERSION: Version = {
  type: 'Patient',
  id: 'p1',
  version: 3,
  updated: '2026-03-01T10:20:30.456Z',
  text: '{"resourceType":"Patient","id":"p1","multipleBirthInteger":1.50}',
  patients: ['Patient/p1'],
}

export type Call = readonly [name: string, ...args: unknown[]]

/**
 * A record that answers as it is told and writes down what it was asked: for the rules of headers only, where the
 * question is what the door makes of a request. What the record makes of it is tested with the real one.
 */
export function recordingRecord(answers: Partial<HealthRecord> = {}): { record: HealthRecord; calls: Call[] } {
  const calls: Call[] = []
  const usual: Record<string, () => unknown> = {
    read: () => ({ is: 'present', version: VERSION }),
    vread: () => ({ is: 'present', version: VERSION }),
    create: () => ({ outcome: 'created', version: VERSION, warnings: [] }),
    update: () => ({ outcome: 'updated', version: VERSION, warnings: [] }),
    updateWhere: () => ({ outcome: 'created', version: VERSION, warnings: [] }),
    patch: () => ({ outcome: 'unchanged', version: VERSION, warnings: [] }),
    patchWhere: () => ({ outcome: 'updated', version: VERSION, warnings: [] }),
    delete: () => ({ version: 4, updated: VERSION.updated }),
    deleteWhere: () => undefined,
    history: () => '{"resourceType":"Bundle","type":"history"}',
    search: () => '{"resourceType":"Bundle","type":"searchset"}',
    submit: () => ({ text: '{"resourceType":"Bundle","type":"batch-response"}', replayed: false }),
    ask: () => undefined,
  }
  const record = new Proxy({} as HealthRecord, {
    get:
      (_target, name) =>
      async (...args: unknown[]) => {
        // For whom it is asked is tested with the real record; what is asked is the rest.
        const isRead = name === 'read' || name === 'vread'
        const answered = isRead ? (args.find((arg) => typeof arg === 'function') as Answered) : undefined
        const rest = args.slice(1)
        if (isRead) rest.length = name === 'read' ? 2 : 3
        calls.push([String(name), ...rest])
        const told = answers[name as keyof HealthRecord] as ((...args: unknown[]) => unknown) | undefined
        const result = await (told ?? usual[String(name)])?.(...args)
        if (isRead && (result as Found).is === 'present') answered?.((result as { version: Version }).version)
        return result
      },
  })
  return { record, calls }
}

export interface Line {
  readonly level: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A log that can be read. */
export function readableLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = []
  const write = (level: string) => (facts: object, message: string) =>
    void lines.push({ level, facts: facts as Line['facts'], message })
  const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const
  const log = {
    ...Object.fromEntries(levels.map((level) => [level, write(level)])),
    child: () => log,
  } as unknown as Log
  return { log, lines }
}

export interface Served {
  readonly app: FastifyInstance
  readonly calls: Call[]
  /** What was written down by the door itself. */
  readonly entries: AuditEntry[]
  readonly lines: Line[]
  readonly metrics: Registry
  readonly phase: { current: Phase['current'] }
}

/** The server over a recording record. */
export function serve(
  t: TestContext,
  answers: Partial<HealthRecord> = {},
  options: Partial<ServerOptions> = {},
): Served {
  const { record, calls } = recordingRecord(answers)
  const { log, lines } = readableLog()
  const metrics = new Registry()
  const phase: Served['phase'] = { current: 'serving' }
  const { audit, entries } = auditInMemory()
  const app = openServer({
    record,
    audit,
    log,
    metrics,
    phase,
    atWork: openAtWork(),
    token: TOKEN,
    version: '1.2.3',
    bodyLimitBytes: 64 * 1024,
    requestTimeoutMs: 10_000,
    patienceMs: 1_000,
    ...options,
  })
  t.after(() => app.close())
  return { app, calls, entries, lines, metrics, phase }
}

/** The code of the fault in an OperationOutcome. */
export function codeIn(response: LightMyRequestResponse): string {
  assert.equal(response.headers['content-type'], 'application/fhir+json; charset=utf-8')
  return response.json().issue[0].details.coding[0].code
}
