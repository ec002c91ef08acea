/**
 * The audit ledger over HTTP. What is served to everybody (`/audit/…`) is ciphertext, hashes and signatures; reading the
 * trail (`/api/operations/audit/…`) needs the token and is itself recorded before the answer leaves.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Action,
  type AuditSearch,
  checkpointOf,
  countLedger,
  type Doer,
  destroyMonth,
  type ExportPlace,
  exportLedger,
  fileOf,
  type Intake,
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
import { newId } from '#foundation/ids.ts'
import type { Verifier } from '#tlog'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'

export interface AuditDoor {
  readonly ledger: Ledger
  readonly intake: Intake
  readonly retentionYears: number
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

type Query = Readonly<Record<string, string | undefined>>

export function auditRoutes({ ledger, intake, retentionYears, exportPlace }: AuditDoor): Routes {
  const base = '/api/operations/audit'
  /** Written down before anything is read or done. */
  const told = (request: FastifyRequest, action: Action, about: { resources?: string[]; query?: Query } = {}) =>
    intake.record(entryOf(request, action, about))
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
      GET: async (_request, reply) => {
        const { size, signed } = await checkpointOf(ledger)
        return json(reply, { size, signed, keys: (await ledger.keys.verifiers()).map((key) => key.text) })
      },
    },
    [`${base}/consistency/:size`]: {
      GET: async (request, reply) => {
        const { size } = request.params as { size: string }
        return text(reply, await proveGrowth(ledger, Number(size)))
      },
    },
    [`${base}/keys`]: {
      GET: async (_request, reply) => {
        const log = (await ledger.keys.verifiers()).map((key) => key.text)
        return json(reply, { months: await ledger.keys.months(), log })
      },
    },
    [`${base}/keys/rotate`]: {
      POST: async (request, reply) => {
        const { what } = given(request)
        if (what !== 'master' && what !== 'log') throw httpFaults['unknown-parameter']()
        const rotate = what === 'master' ? rotateMasterKey : rotateLogKey
        return json(reply, await rotate(ledger, doerOf(request), nowMilliseconds()))
      },
    },
    [`${base}/keys/destroy`]: {
      POST: async (request, reply) => {
        const month = String(given(request).month)
        await destroyMonth(ledger, doerOf(request), month, { years: retentionYears, nowMs: nowMilliseconds() })
        return json(reply, { month })
      },
    },
    [`${base}/export`]: {
      POST: async (request, reply) => {
        const to = String(given(request).to)
        await told(request, 'export', { resources: ['audit-ledger/all'] })
        return json(reply, await exportLedger(ledger, await exportPlace(to)))
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

const doerOf = (request: FastifyRequest): Doer => ({
  // There is one token so far, that of the administrator.
  actor: { kind: 'person', id: 'administrator' },
  role: 'administrator',
  request: request.id,
  address: request.ip,
  agent: String(request.headers['user-agent'] ?? '').slice(0, 500),
})

function entryOf(
  request: FastifyRequest,
  action: Action,
  { resources = [], query = {} }: { resources?: string[]; query?: Query },
) {
  const patient = query.patient
  return {
    v: 1,
    id: newId(),
    at: new Date(nowMilliseconds()).toISOString(),
    plane: 'operations',
    ...doerOf(request),
    purpose: 'HOPERAT',
    action,
    resources: action === 'search' ? ['AuditEvent'] : resources,
    patients: patient === undefined ? [] : [patient.slice(0, 100)],
    ...(Object.keys(query).length > 0 && { query: hashedQuery(query) }),
    outcome: 'success',
    status: 200,
    breakGlass: false,
  } as const
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
