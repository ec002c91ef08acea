/** Alerts over HTTP: those that are open, their history, acknowledging and silencing; and what Alertmanager tells. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { type Alerts, type NewSilence, readWebhook } from '../../operations/alerts/index.ts'
import { type Check, monitors } from '../bearer.ts'
import { admit } from '../caller.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { doorFaults } from './faults.ts'
import { givenIn, idOf, json, objectOf, textOf } from './given.ts'
import { may } from './permit.ts'
import type { Query, Telling } from './told.ts'

const BASE = '/api/operations/alerts'
const ALERTMANAGER = '/api/operations/alertmanager'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type AlertsDoor = Alerts<Caller> & {
  /** Another one whenever something has become of an alert. */
  readonly sign: () => number
}

/** Reading them is not recorded, as pages do so every few seconds; what is done to them is, in its own transaction. */
export function alertsRoutes(alerts: AlertsDoor, { caller: callerOf }: Pick<Telling, 'caller'>): Routes {
  const doer = (request: FastifyRequest) => {
    const caller = callerOf(request)
    return { caller, name: request.signedIn?.displayName ?? caller.actor.name ?? caller.actor.id }
  }
  return {
    [BASE]: { GET: may('alerts:read', async (_request, reply) => json(reply, await alerts.list())) },
    [`${BASE}/history`]: {
      GET: may('alerts:read', async (request, reply) => json(reply, await alerts.history(historyOf(request)))),
    },
    [`${BASE}/:id/acknowledge`]: {
      POST: may('alerts:write', async (request, reply) => {
        const reason = textOf(givenIn(request, ['reason']), 'reason')
        return json(reply, await alerts.acknowledge(doer(request), uuidIn(idOf(request)), reason))
      }),
    },
    [`${BASE}/silences`]: {
      POST: may('alerts:write', async (request, reply) =>
        json(reply, await alerts.silence(doer(request), silenceIn(request))),
      ),
    },
    [`${BASE}/silences/:id/end`]: {
      POST: may('alerts:write', async (request, reply) => {
        await alerts.endSilence(doer(request), uuidIn(idOf(request)))
        return json(reply, { ended: 1 })
      }),
    },
  }
}

/** Lets in the monitor and the machine's owner, nobody else: an alert that anybody could make would be worth nothing. */
export function guardForMonitor(app: FastifyInstance, monitorToken: string | undefined, owner: Check): void {
  const check = monitors(monitorToken, owner)
  app.addHook('onRequest', async (request) => admit(request, await check(request.headers.authorization)))
}

export const alertmanagerRoutes = (alerts: AlertsDoor): Routes => ({
  [ALERTMANAGER]: {
    POST: async (request, reply) => {
      await alerts.take(readWebhook(request.body, nowMilliseconds()))
      return json(reply, {})
    },
  },
})

function historyOf(request: FastifyRequest): Parameters<AlertsDoor['history']>[0] {
  const { before, name, most, ...others } = request.query as Query
  const fits = most === undefined || /^[1-9]\d{0,2}$/.test(most)
  if (Object.keys(others).length > 0 || !fits) throw httpFaults['unknown-parameter']()
  return {
    ...(before !== undefined && { before: uuidIn(before) }),
    ...(name !== undefined && { name }),
    ...(most !== undefined && { most: Number(most) }),
  }
}

function silenceIn(request: FastifyRequest): NewSilence {
  const given = givenIn(request, ['labels', 'until', 'reason'])
  const labels = objectOf<Record<string, unknown>>(given, 'labels')
  if (Object.values(labels).some((value) => typeof value !== 'string'))
    throw doorFaults['bad-member']({ name: 'labels' })
  return {
    labels: labels as Record<string, string>,
    until: textOf(given, 'until'),
    reason: textOf(given, 'reason'),
  }
}

function uuidIn(text: string): string {
  if (!UUID.test(text)) throw doorFaults['bad-member']({ name: 'the id of an alert or silence' })
  return text
}
