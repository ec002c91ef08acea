/**
 * The audit ledger over HTTP. What is served to everybody (`/audit/…`) is ciphertext, hashes and signatures; reading the
 * trail (`/api/operations/audit/…`) needs the token and is itself recorded before the answer leaves.
 */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Audit,
  type Caller,
  checkpointOf,
  destroyMonth,
  type ExportPlace,
  exportLedger,
  fileOf,
  type Ledger,
  proveEntry,
  proveGrowth,
  rotateLogKey,
  rotateMasterKey,
  type Verified,
  type VerifyOptions,
  verifyLedger,
  witness,
  witnessKey,
} from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Verifier } from '#tlog'
import { httpFaults } from '../faults.ts'
import { asFault } from '../fhir/outcome.ts'
import type { Routes } from '../routes.ts'
import { may } from './permit.ts'
import { refusedBy, SUCCESS, tell, told, type Went } from './told.ts'

export interface AuditDoor {
  readonly ledger: Ledger
  readonly audit: Audit
  readonly caller: (request: FastifyRequest) => Caller
  readonly retentionYears: number
  /** IANA's name of the time zone that patients live in. */
  readonly zone: string
  /** By which the hospital shows that it is one. */
  readonly relayKey: string
  /** Opens a folder or a bucket to be exported to. */
  readonly exportPlace: (address: string) => Promise<ExportPlace>
  /** Other logs that this one is a witness for. */
  readonly witnessed: readonly Verifier[]
}

const TEXT = 'text/plain; charset=utf-8'

const text = (reply: FastifyReply, content: string) => reply.header('content-type', TEXT).send(content)
const json = (reply: FastifyReply, content: object) =>
  reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(content))

/** For witnesses and verifiers: nothing that could be read. */
export const publicAuditRoutes = ({ ledger }: AuditDoor): Routes => ({
  '/audit/checkpoint': {
    GET: async (_request, reply) => text(reply, (await checkpointOf(ledger)).signed),
  },
  '/audit/tile/*': {
    GET: async (request, reply) => {
      const path = new URL(request.url, 'http://operations').pathname.slice('/audit/'.length)
      const file = await fileOf(ledger, path)
      if (file === undefined) throw httpFaults['no-operations-endpoint']()
      return reply.header('content-type', 'application/octet-stream').send(file)
    },
  },
})

/** Being a witness, when there are logs to witness. */
export const witnessRoutes = ({ ledger, witnessed }: AuditDoor): Routes =>
  witnessed.length === 0
    ? {}
    : {
        '/audit/add-checkpoint': {
          POST: async (request, reply) => {
            const submitted = String(request.body)
            const { status, contentType, body } = await witness(ledger, witnessed, submitted, nowMilliseconds())
            return reply.code(status).header('content-type', contentType).send(body)
          },
        },
        '/audit/witness-key': {
          GET: async (_request, reply) => text(reply, `${await witnessKey(ledger)}\n`),
        },
      }

/** Numbers of entries, or times. */
function verifyOf({ from, to, decrypt, kept }: Readonly<Record<string, unknown>>): VerifyOptions {
  const place = (given: unknown) => (typeof given === 'number' || typeof given === 'string' ? given : undefined)
  const checkpoints = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  return { from: place(from), to: place(to), decrypt: decrypt === true, kept: checkpoints }
}

export function auditRoutes(door: AuditDoor): Routes {
  const { ledger, retentionYears, exportPlace, caller } = door
  const base = '/api/operations/audit'
  const given = (request: FastifyRequest) => (request.body ?? {}) as Readonly<Record<string, unknown>>

  return {
    [`${base}/entries/:entry/proof`]: {
      GET: may('audit:read', async (request, reply) => {
        const { entry } = request.params as { entry: string }
        const about = { resources: [`audit-entry/${entry.slice(0, 64)}`] }
        const { payload, ...proven } = await told(door, request, 'read', about, () => proveEntry(ledger, entry))
        return json(reply, { ...proven, payload: payload.toString('base64') })
      }),
    },
    [`${base}/checkpoint`]: {
      GET: may('audit:verify', async (_request, reply) => {
        const { size, signed } = await checkpointOf(ledger)
        return json(reply, { size, signed, keys: (await ledger.keys.verifiers()).map((key) => key.text) })
      }),
    },
    [`${base}/consistency/:size`]: {
      GET: may('audit:verify', async (request, reply) => {
        const { size } = request.params as { size: string }
        return text(reply, await proveGrowth(ledger, Number(size)))
      }),
    },
    [`${base}/keys`]: {
      GET: may('audit:verify', async (_request, reply) => {
        const log = (await ledger.keys.verifiers()).map((key) => key.text)
        return json(reply, { months: await ledger.keys.months(), log })
      }),
    },
    [`${base}/keys/rotate`]: {
      POST: may('audit:keys', async (request, reply) => {
        const { what } = given(request)
        if (what !== 'master' && what !== 'log') throw httpFaults['unknown-parameter']()
        const rotate = what === 'master' ? rotateMasterKey : rotateLogKey
        return json(reply, await rotate(ledger, caller(request), nowMilliseconds()))
      }),
    },
    [`${base}/keys/destroy`]: {
      POST: may('audit:keys', async (request, reply) => {
        const month = String(given(request).month)
        await destroyMonth(ledger, caller(request), month, { years: retentionYears, nowMs: nowMilliseconds() })
        return json(reply, { month })
      }),
    },
    [`${base}/export`]: {
      POST: may('audit:export', async (request, reply) => {
        const to = String(given(request).to)
        const about = { resources: ['audit-ledger/all'] }
        const work = async () => exportLedger(ledger, await exportPlace(to))
        return json(reply, await told(door, request, 'export', about, work))
      }),
    },
    [`${base}/verify`]: {
      POST: may('audit:verify', async (request, reply) => {
        const asked = verifyOf(given(request))
        return inLines(
          (progress) => verifyLedger(ledger, { ...asked, progress }),
          (went) => tell(door, request, 'verify', {}, went),
          request.id,
          reply,
        )
      }),
    },
  }
}

/**
 * One JSON object a line: how far it is, now and then, and in the last line the result. A large ledger takes its time. How it
 * went is written down before that line: a failure comes too late to be refused.
 */
function inLines(
  verify: (progress: (checked: number) => void) => Promise<Verified>,
  tellHow: (went: Went) => Promise<void>,
  id: string,
  reply: FastifyReply,
): FastifyReply {
  const say = (what: object) => stream.push(`${JSON.stringify(what)}\n`)
  const stream = new Readable({ read() {} })
  const work = async () => {
    try {
      const verified = await verify((checked) => say({ checked }))
      await tellHow(SUCCESS)
      say({ verified })
    } catch (thrown) {
      const fault = asFault(thrown, id)
      await tellHow(refusedBy(fault))
      say({ failed: { title: fault.code, detail: fault.message } })
    }
  }
  work()
    .catch(() => say({ failed: { title: 'audit/not-recorded', detail: 'The outcome could not be written down.' } }))
    .finally(() => stream.push(null))
  return reply.header('content-type', 'application/x-ndjson').send(stream)
}
