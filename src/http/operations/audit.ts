/**
 * The audit ledger over HTTP. What is served to everybody (`/audit/…`) is ciphertext, hashes and signatures; reading the
 * trail (`/api/operations/audit/…`) needs the token and is itself recorded before the answer leaves.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Action,
  type AuditEntry,
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
  type Verified,
  type VerifyOptions,
  verifyLedger,
  witness,
  witnessKey,
} from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'
import type { Verifier } from '#tlog'
import { httpFaults } from '../faults.ts'
import { asFault } from '../fhir/outcome.ts'
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

interface About {
  readonly resources?: string[]
  readonly query?: Query
}

type Went = Pick<AuditEntry, 'outcome' | 'status' | 'code'>

/** Whoever asked has hung up: nothing has left, and nothing will. */
const CANCELLED: Went = { outcome: 'cancelled', status: 499 }

function refusedBy({ kind, code }: Fault): Went {
  const { http: status } = KINDS[kind]
  return { outcome: status >= 500 ? 'failed' : 'refused', status, code }
}

/** Numbers of entries, or times. */
function verifyOf({ from, to, decrypt, kept }: Readonly<Record<string, unknown>>): VerifyOptions {
  const place = (given: unknown) => (typeof given === 'number' || typeof given === 'string' ? given : undefined)
  const checkpoints = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  return { from: place(from), to: place(to), decrypt: decrypt === true, kept: checkpoints }
}

export function auditRoutes({ ledger, intake, retentionYears, exportPlace }: AuditDoor): Routes {
  const base = '/api/operations/audit'
  /** Does what is asked, and gives it once it is written down how that went: nothing has left before. */
  const told = async <T>(request: FastifyRequest, action: Action, about: About, work: () => Promise<T>): Promise<T> => {
    const tell = (went: Went) => intake.record({ ...entryOf(request, action, about), ...went })
    let result: T
    try {
      result = await work()
    } catch (error) {
      await tell(refusedBy(asFault(error, request.id)))
      throw error
    }
    await tell(request.raw.socket.destroyed ? CANCELLED : { outcome: 'success', status: 200 })
    return result
  }
  const given = (request: FastifyRequest) => (request.body ?? {}) as Readonly<Record<string, unknown>>

  return {
    [`${base}/entries`]: {
      GET: async (request, reply) => {
        const query = request.query as Query
        const entries = await told(request, 'search', { query }, async () => searchLedger(ledger, searchOf(query)))
        return json(reply, { entries })
      },
    },
    [`${base}/count`]: {
      GET: async (request, reply) => {
        const query = request.query as Query
        return json(reply, await told(request, 'search', { query }, async () => countLedger(ledger, searchOf(query))))
      },
    },
    [`${base}/entries/:entry/proof`]: {
      GET: async (request, reply) => {
        const { entry } = request.params as { entry: string }
        const resources = [`audit-entry/${entry.slice(0, 64)}`]
        const { payload, ...proven } = await told(request, 'read', { resources }, () => proveEntry(ledger, entry))
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
        const resources = ['audit-ledger/all']
        const work = async () => exportLedger(ledger, await exportPlace(to))
        return json(reply, await told(request, 'export', { resources }, work))
      },
    },
    [`${base}/verify`]: {
      POST: async (request, reply) => {
        const asked = verifyOf(given(request))
        const verify = (progress: (checked: number) => void) =>
          told(request, 'verify', {}, () => verifyLedger(ledger, { ...asked, progress }))
        return inLines(verify, reply)
      },
    },
  }
}

/** One JSON object a line: how far it is, now and then, and in the last line the result. A large ledger takes its time. */
function inLines(
  verify: (progress: (checked: number) => void) => Promise<Verified>,
  reply: FastifyReply,
): FastifyReply {
  const progress = (checked: number) => stream.push(`${JSON.stringify({ checked })}\n`)
  const stream = new Readable({ read() {} })
  verify(progress).then(
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

function entryOf(request: FastifyRequest, action: Action, { resources = [], query = {} }: About) {
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
