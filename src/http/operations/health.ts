/**
 * How the whole is. What everybody is told (`/health`, and `/api/health` of the pages) is in fixed words; those who are let in at
 * operations get all of it.
 */
import {
  type HealthReport,
  type ProbeState,
  serviceVerdict,
  type Verdict,
  type Watch,
} from '../../operations/health/index.ts'
import { httpFaults } from '../faults.ts'
import { sayHealth } from '../health-json.ts'
import type { Routes } from '../routes.ts'
import { json } from './given.ts'
import { may } from './permit.ts'
import type { Query } from './told.ts'

export interface HealthDoor {
  readonly watch: Pick<Watch, 'ask' | 'askLive'>
  /** `anew`: after asking every probe. */
  readonly report: (anew: boolean) => Promise<HealthReport>
  readonly nowMs: () => number
}

const CONTROL = 'control:database'
const PAGES = 'web:pages'
const HOSPITAL = 'hospital:ready'

/** For load balancers and monitors, who need no token. */
export function publicHealthRoutes({ watch, nowMs }: HealthDoor): Routes {
  const body = (status: Verdict, states: readonly ProbeState[]) => {
    const time = new Date(nowMs()).toISOString()
    const bad = states.filter(({ verdict, because }) => verdict !== 'pass' && because === undefined)
    return {
      status,
      version: '1',
      description: 'OmniCare',
      notes: bad.flatMap(({ name, says }) => (says === undefined ? [] : [`${name}: ${says}`])),
      checks: Object.fromEntries(states.map((state) => [state.name, [checkOf(state, time)]])),
    }
  }
  return {
    '/health/live': { GET: async (_request, reply) => sayHealth(reply, 200, { status: 'pass' }) },
    '/health/ready': {
      GET: async (_request, reply) => {
        const status = serviceVerdict((await watch.ask([CONTROL])).filter(({ name }) => name === CONTROL))
        return sayHealth(reply, status === 'pass' ? 200 : 503, { status })
      },
    },
    '/health': {
      GET: async (_request, reply) => {
        const states = await watch.askLive()
        const status = serviceVerdict(states)
        return sayHealth(reply, status === 'fail' ? 503 : 200, body(status, states))
      },
    },
    // Pages come and people sign in without a hospital; what they came for they don't get.
    '/api/health': {
      GET: async (_request, reply) => {
        const states = (await watch.ask([PAGES, CONTROL, HOSPITAL])).filter(({ name }) =>
          [PAGES, CONTROL, HOSPITAL].includes(name),
        )
        const own = serviceVerdict(states.filter(({ name }) => name !== HOSPITAL))
        const status = own === 'pass' && serviceVerdict(states) !== 'pass' ? 'warn' : own
        return sayHealth(reply, status === 'fail' ? 503 : 200, body(status, states))
      },
    },
  }
}

const checkOf = ({ verdict, says, observed, unit, asked }: ProbeState, now: string) => ({
  // What was not answered yet is not known to be well.
  status: verdict ?? 'warn',
  time: asked ?? now,
  ...(observed !== undefined && { observedValue: observed }),
  ...(unit !== undefined && { observedUnit: unit }),
  ...(says !== undefined && { output: says }),
})

/** All of it; `?anew=true` asks every probe first. Told to nobody's trail, as metrics are: it is asked for all day long. */
export const healthRoutes = ({ report }: HealthDoor): Routes => ({
  '/api/operations/health': {
    GET: may('health:read', async (request, reply) => {
      const { anew, ...others } = request.query as Query
      if (Object.keys(others).length > 0 || (anew !== undefined && anew !== 'true'))
        throw httpFaults['unknown-parameter']()
      return json(reply, await report(anew === 'true'))
    }),
  },
})
