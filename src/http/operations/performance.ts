/** How it performs and what it needs, over HTTP; and what is done to its databases. */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CapacityReport } from '../../operations/capacity/index.ts'
import {
  type DatabaseName,
  type OptimizeDone,
  type OptimizePlan,
  type PerformanceReport,
  performanceFaults,
  printPerformance,
} from '../../operations/performance/index.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { givenIn, json } from './given.ts'
import { may } from './permit.ts'
import { type Query, SUCCESS, type Telling, tell, told } from './told.ts'

export interface PerformanceDoor extends Telling {
  readonly report: () => Promise<PerformanceReport>
  readonly capacity: () => Promise<CapacityReport>
  /** Of both databases when none is named. */
  readonly plan: (database?: DatabaseName) => Promise<OptimizePlan>
  /** Throws `performance/under-way`. */
  readonly optimize: (plan: OptimizePlan) => AsyncIterable<OptimizeDone>
}

const BASE = '/api/operations/performance'
const DATABASES: readonly DatabaseName[] = ['record', 'control']
const [LEAST_REASON, MOST_REASON] = [3, 500]

export function performanceRoutes(door: PerformanceDoor): Routes {
  const read = <T>(request: FastifyRequest, what: string, work: () => Promise<T>) =>
    told(door, request, 'read', { resources: [what] }, work)
  return {
    [BASE]: {
      GET: may('performance:read', async (request, reply) => {
        const { format = 'json' } = onlyKnown(request, ['format'])
        if (format !== 'json' && format !== 'pdf') throw httpFaults['no-such-form']()
        const report = await read(request, 'performance/report', door.report)
        if (format === 'json') return json(reply, report)
        const name = `performance-${report.made.slice(0, 10)}.pdf`
        return reply
          .header('content-type', 'application/pdf')
          .header('content-disposition', `attachment; filename="${name}"`)
          .send(Buffer.from(await printPerformance(report)))
      }),
    },
    [`${BASE}/capacity`]: {
      GET: may('performance:read', async (request, reply) =>
        json(reply, await read(request, 'performance/capacity', door.capacity)),
      ),
    },
    [`${BASE}/optimize`]: {
      GET: may('performance:read', async (request, reply) => {
        const database = databaseIn(onlyKnown(request, ['database']).database)
        return json(reply, await read(request, 'performance/optimize', () => door.plan(database)))
      }),
      POST: may('database:optimize', async (request, reply) => {
        const { reason, database } = givenIn(request, ['reason', 'database'])
        if (typeof reason !== 'string' || reason.trim().length < LEAST_REASON || reason.length > MOST_REASON)
          throw performanceFaults['no-reason']()
        return apply(door, request, reply, { reason: reason.trim(), database: databaseIn(database) })
      }),
    },
  }
}

/** Written down before the first step, and how it went before the last line: one JSON object a line, each step as it is done. */
async function apply(
  door: PerformanceDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  { reason, database }: { readonly reason: string; readonly database: DatabaseName | undefined },
): Promise<FastifyReply> {
  const resources = (database === undefined ? DATABASES : [database]).map((name) => `database/${name}`)
  const about = { resources, asker: { ...door.caller(request), reason } }
  const plan = await door.plan(database)
  const steps = door.optimize(plan)
  await tell(door, request, 'operation', about, SUCCESS)
  async function* lines() {
    yield line({ plan })
    let failed = 0
    try {
      for await (const done of steps) {
        if (done.failure !== undefined) failed++
        yield line({ done })
      }
    } finally {
      if (failed > 0)
        await tell(door, request, 'operation', about, {
          outcome: 'failed',
          status: 500,
          code: 'performance/step-failed',
        })
    }
    yield line({ failed })
  }
  return reply.header('content-type', 'application/x-ndjson').send(Readable.from(lines()))
}

const line = (what: object): string => `${JSON.stringify(what)}\n`

function onlyKnown({ query }: FastifyRequest, known: readonly string[]): Query {
  if (Object.keys(query as Query).some((name) => !known.includes(name))) throw httpFaults['unknown-parameter']()
  return query as Query
}

function databaseIn(given: unknown): DatabaseName | undefined {
  const found = DATABASES.find((one) => one === given)
  if (given !== undefined && found === undefined)
    throw httpFaults['not-among']({ name: 'database', words: DATABASES.join(', ') })
  return found
}
