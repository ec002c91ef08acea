/** The logs over HTTP: pages of lines, to be followed by their cursors, and the check of their rotation. */
import type { FastifyRequest } from 'fastify'
import {
  LOG_LEVELS,
  LOG_PLANES,
  type LogCheck,
  type LogFilter,
  type LogPage,
  type LogQuery,
} from '../../operations/logs/index.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { json } from './given.ts'
import { may } from './permit.ts'
import { type Query, type Telling, told } from './told.ts'

export interface LogsDoor extends Telling {
  readonly search: (query: LogQuery) => Promise<LogPage>
  readonly check: () => Promise<LogCheck>
}

const BASE = '/api/operations/logs'
const USUAL_LINES = 100
const MOST_LINES = 1_000
const LONGEST_TEXT = 200
const KNOWN = new Set(['level', 'plane', 'from', 'to', 'request', 'text', 'most', 'older', 'newer'])

export function logRoutes(door: LogsDoor): Routes {
  return {
    [BASE]: {
      GET: may('logs:read', async (request, reply) => {
        const query = queryOf(request)
        // Going on from page to page is one look at the logs. What was searched for is not written down: it may be a name.
        const goesOn = query.older !== undefined || query.newer !== undefined
        const work = () => door.search(query)
        const page = await (goesOn ? work() : told(door, request, 'read', { resources: ['log/application'] }, work))
        return json(reply, page)
      }),
    },
    [`${BASE}/check`]: {
      GET: may('logs:read', async (_request, reply) => json(reply, await door.check())),
    },
  }
}

/** Throws `http/unknown-parameter`, `http/not-among`. */
function queryOf({ query: given }: FastifyRequest): LogQuery {
  const query = given as Query
  const isKnown = ([name, value]: [string, unknown]) => KNOWN.has(name) && typeof value === 'string' && value !== ''
  if (!Object.entries(query).every(isKnown)) throw httpFaults['unknown-parameter']()
  const { level, plane, from, to, request, text, most, older, newer } = query
  if ((text?.length ?? 0) > LONGEST_TEXT || (request?.length ?? 0) > LONGEST_TEXT)
    throw httpFaults['unknown-parameter']()
  const filter: LogFilter = {
    ...(level !== undefined && { level: among(LOG_LEVELS, level, 'level') }),
    ...(plane !== undefined && { plane: among(LOG_PLANES, plane, 'plane') }),
    ...(from !== undefined && { fromMs: time(from) }),
    ...(to !== undefined && { toMs: time(to) }),
    ...(request !== undefined && { request }),
    ...(text !== undefined && { text }),
  }
  return {
    ...filter,
    most: most === undefined ? USUAL_LINES : count(most),
    ...(older !== undefined && { older }),
    ...(newer !== undefined && { newer }),
  }
}

function among<Word extends string>(words: readonly Word[], given: string, name: string): Word {
  const found = words.find((word) => word === given)
  if (found === undefined) throw httpFaults['not-among']({ name, words: words.join(', ') })
  return found
}

function time(given: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(ms)) throw httpFaults['unknown-parameter']()
  return ms
}

function count(given: string): number {
  const most = /^[1-9]\d{0,3}$/.test(given) ? Number(given) : 0
  if (most < 1 || most > MOST_LINES) throw httpFaults['unknown-parameter']()
  return most
}
