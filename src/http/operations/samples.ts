/** What the dashboards show, for pages that draw them. Numbers only: nothing of them is recorded. */
import type { FastifyRequest } from 'fastify'
import { nowMilliseconds } from '#foundation/clock.ts'
import {
  type ChartAnswer,
  type ChartQuestion,
  plansOfDashboards,
  REFRESH_SECONDS,
} from '../../operations/samples/index.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { json } from './given.ts'
import { allMay } from './permit.ts'
import type { Query } from './told.ts'

export interface SamplesDoor {
  readonly charts: (question: ChartQuestion) => Promise<ChartAnswer>
}

const KNOWN = ['dashboard', 'panel', 'from', 'to', 'seconds', 'points']
const HOUR_SECONDS = 3_600
const USUAL_POINTS = 120

export const samplesRoutes = (door: SamplesDoor): Routes =>
  allMay('metrics:read', {
    '/api/operations/dashboards': {
      GET: async (_request, reply) => json(reply, { refreshSeconds: REFRESH_SECONDS, dashboards: plansOfDashboards() }),
    },
    '/api/operations/samples': {
      GET: async (request, reply) => json(reply, await door.charts(questionOf(request))),
    },
  })

/**
 * `dashboard`, perhaps one `panel` of it; from when to when as RFC 3339 has times, or the last `seconds`; and about how many
 * `points`.
 */
function questionOf(request: FastifyRequest): ChartQuestion {
  const query = request.query as Query
  if (Object.keys(query).some((name) => !KNOWN.includes(name))) throw httpFaults['unknown-parameter']()
  const { dashboard = '', panel, from, to, seconds, points } = query
  const toMs = to === undefined ? nowMilliseconds() : momentIn(to)
  const fromMs = from === undefined ? toMs - (wholeIn(seconds) ?? HOUR_SECONDS) * 1000 : momentIn(from)
  return { dashboard, ...(panel !== undefined && { panel }), fromMs, toMs, points: wholeIn(points) ?? USUAL_POINTS }
}

function momentIn(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw httpFaults['unknown-parameter']()
  return ms
}

function wholeIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,7}$/.test(text)) throw httpFaults['unknown-parameter']()
  return Number(text)
}
