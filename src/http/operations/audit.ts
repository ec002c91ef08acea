/**
 * The audit ledger over HTTP. What is served to everybody (`/audit/…`) is ciphertext, hashes and signatures; reading the
 * trail (`/api/operations/audit/…`) needs the token and is itself recorded before the answer leaves.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Action,
  type Audit,
  type AuditSearch,
  type Caller,
  checkpointOf,
  countLedger,
  destroyMonth,
  exportLedger,
  fileOf,
  type Ledger,
  proveEntry,
  proveGrowth,
  rotateLogKey,
  rotateMasterKey,
  searchLedger,
  type VerifyOptions,
  verifyLedger,
  witness,
  witnessKey,
} from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault } from '#foundation/fault.ts'
import type { Verifier } from '#tlog'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'

export interface AuditDoor {
  readonly ledger: Ledger
  readonly audit: Audit
  readonly caller: (request: FastifyRequest) => Caller
  readonly retentionYears: number
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

type Query = Readonly<Record<string, string | undefined>>

interface About {
  readonly resources?: readonly string[]
  readonly query?: Query
}

export function auditRoutes({ ledger, audit, caller, retentionYears }: AuditDoor): Routes {
  const base = '/api/operations/audit'
  /** Written down before anything is read or done. */
  const told = (request: FastifyRequest, action: Action, { resources = [], query = {} }: About = {}) =>
    audit.record(caller(request), {
      action,
      resources: action === 'search' ? ['AuditEvent'] : resources,
      patients: query.patient === undefined ? [] : [query.patient.slice(0, 100)],
      ...(Object.keys(query).length > 0 && { query: hashedQuery(query) }),
      status: 200,
    })
  const given = (request: FastifyRequest) => (request.body ?? {}) as Readonly<Record<string, unknown>>

  return {
    [`${base}/entries`]: {
      GET: async (request, reply) => {
        const search = searchOf(request.query as Query)
        await told(request, 'search', { query: request.query as Query })
        return json(reply, { entries: await searchLedger(ledger, search) })
      },
    },
    [`${base}/count`]: {
      GET: async (request, reply) => {
        const search = searchOf(request.query as Query)
        await told(request, 'search', { query: request.query as Query })
        return json(reply, await countLedger(ledger, search))
      },
    },
    [`${base}/entries/:entry/proof`]: {
      GET: async (request, reply) => {
        const { entry } = request.params as { entry: string }
        await told(request, 'read', { resources: [`audit-entry/${entry.slice(0, 64)}`] })
        const { payload, ...proven } = await proveEntry(ledger, entry)
        return json(reply, { ...proven, payload: payload.toString('base64') })
      },
    },
    [`${base}/checkpoint`]: {
      GET: async (request, reply) => {
        await told(request, 'read', { resources: ['audit-ledger/checkpoint'] })
        const { size, signed } = await checkpointOf(ledger)
        return json(reply, { size, signed, keys: (await ledger.keys.verifiers()).map((key) => key.text) })
      },
    },
    [`${base}/consistency/:size`]: {
      GET: async (request, reply) => {
        const { size } = request.params as { size: string }
        await told(request, 'read', { resources: ['audit-ledger/consistency'] })
        return text(reply, await proveGrowth(ledger, Number(size)))
      },
    },
    [`${base}/keys`]: {
      GET: async (request, reply) => {
        await told(request, 'read', { resources: ['audit-ledger/keys'] })
        const log = (await ledger.keys.verifiers()).map((key) => key.text)
        return json(reply, { months: await ledger.keys.months(), log })
      },
    },
    [`${base}/keys/rotate`]: {
      POST: async (request, reply) => {
        const { what } = given(request)
        if (what !== 'master' && what !== 'log') throw httpFaults['unknown-parameter']()
        const rotate = what === 'master' ? rotateMasterKey : rotateLogKey
        return json(reply, await rotate(ledger, caller(request), nowMilliseconds()))
      },
    },
    [`${base}/keys/destroy`]: {
      POST: async (request, reply) => {
        const month = String(given(request).month)
        await destroyMonth(ledger, caller(request), month, { years: retentionYears, nowMs: nowMilliseconds() })
        return json(reply, { month })
      },
    },
    [`${base}/export`]: {
      POST: async (request, reply) => {
        const { folder } = given(request)
        if (typeof folder !== 'string' || !folder.startsWith('/')) throw httpFaults['unknown-parameter']()
        await told(request, 'export', { resources: ['audit-ledger/all'] })
        return json(reply, await exportLedger(ledger, folder))
      },
    },
    [`${base}/verify`]: {
      POST: async (request, reply) => {
        await told(request, 'verify')
        return verifyInLines(ledger, given(request) as VerifyOptions, reply)
      },
    },
  }
}

/** One JSON object a line: how far it is, now and then, and in the last line the result. A large ledger takes its time. */
function verifyInLines(ledger: Ledger, asked: VerifyOptions, reply: FastifyReply): FastifyReply {
  const progress = (checked: number) => stream.push(`${JSON.stringify({ checked })}\n`)
  const stream = new Readable({ read() {} })
  verifyLedger(ledger, { ...asked, progress }).then(
    (verified) => {
      stream.push(`${JSON.stringify({ verified })}\n`)
      stream.push(null)
    },
    (error: unknown) => {
      const { message, code } = error instanceof Fault ? error : { message: 'Unexpected failure.', code: 'unexpected' }
      stream.push(`${JSON.stringify({ failed: { title: code, detail: message } })}\n`)
      stream.push(null)
    },
  )
  return reply.header('content-type', 'application/x-ndjson').send(stream)
}

/** Names of patients don't belong into a query that is kept; the entry has them where they are found. */
function hashedQuery(query: Query): string {
  const hashed = Object.entries(query).map(([name, value = '']) => [
    name,
    name === 'patient' ? createHash('sha256').update(value).digest('hex').slice(0, 16) : value.slice(0, 200),
  ])
  return String(new URLSearchParams(hashed))
}

const WORDS = ['person', 'patient', 'action', 'outcome', 'type', 'breakGlass', 'request', 'from', 'to'] as const

function searchOf(query: Query): AuditSearch {
  const known = new Set<string>([...WORDS, 'before', 'most'])
  if (Object.keys(query).some((name) => !known.has(name))) throw httpFaults['unknown-parameter']()
  const whole = (text: string | undefined) => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined)
  const words = Object.fromEntries(WORDS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
  const before = whole(query.before)
  const most = whole(query.most)
  return { ...words, ...(before !== undefined && { before }), ...(most !== undefined && { most }) }
}
