/** The daily procedures over HTTP: what is due, doing it step by step, its history, and prints of it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { printSheet, sheetText } from '#foundation/pdf/sheet.ts'
import { type Doer, type Occurrence, occurrenceSheet, type Procedures } from '../../operations/procedures/index.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { type Given, givenIn, idOf, json, textOf } from './given.ts'
import { may } from './permit.ts'
import { type Query, type Telling, told } from './told.ts'

export interface ProceduresDoor {
  readonly procedures: Procedures
  /** In which prints say times. */
  readonly zone: string
}

const BASE = '/api/operations/procedures'
const KNOWN: ReadonlySet<string> = new Set(['procedure', 'state', 'before', 'most'])

type Act = (doer: Doer, named: string, given: Given, request: FastifyRequest) => Promise<Occurrence>

export function procedureRoutes({ procedures, zone }: ProceduresDoor, telling: Telling): Routes {
  const doer = (request: FastifyRequest): Doer => {
    const caller: Caller = telling.caller(request)
    return { caller, name: request.signedIn?.displayName ?? caller.actor.name ?? caller.actor.id }
  }
  /** An act records itself, in the transaction that does it. */
  const acts = (known: readonly string[], act: Act): Routes[string] => ({
    POST: may('procedures:write', async (request, reply) =>
      json(reply, await act(doer(request), idOf(request), givenIn(request, known), request)),
    ),
  })
  const looks = <T>(request: FastifyRequest, query: Query, work: () => Promise<T>, resource?: (found: T) => string) =>
    told(
      telling,
      request,
      'operation',
      (found: T) => ({ resources: [resource?.(found) ?? 'procedure/all'], query }),
      work,
    )
  const found = (request: FastifyRequest) =>
    looks(
      request,
      {},
      () => procedures.find(idOf(request)),
      ({ id }) => `procedure/${id}`,
    )

  return {
    [BASE]: {
      GET: may('procedures:read', async (request, reply) =>
        json(reply, await looks(request, {}, () => procedures.overview())),
      ),
    },
    [`${BASE}/history`]: {
      GET: may('procedures:read', async (request, reply) => {
        const query = request.query as Query
        if (Object.keys(query).some((name) => !KNOWN.has(name))) throw httpFaults['unknown-parameter']()
        const { procedure, state, before, most } = query
        const asked = { procedure, state, before, ...(most !== undefined && { most: Number(most) }) }
        return json(reply, { history: await looks(request, query, () => procedures.history(asked)) })
      }),
    },
    [`${BASE}/:id`]: {
      GET: may('procedures:read', async (request, reply) => json(reply, await found(request))),
    },
    [`${BASE}/:id/print`]: {
      GET: may('procedures:read', async (request, reply) => {
        const { format = 'pdf' } = request.query as Query
        if (format !== 'pdf' && format !== 'text') throw httpFaults['no-such-form']()
        return print(reply, format, await found(request), zone)
      }),
    },
    [`${BASE}/:id/start`]: acts([], (who, named) => procedures.start(who, named)),
    [`${BASE}/:id/look`]: acts([], (who, named) => procedures.look(who, named)),
    [`${BASE}/:id/steps/:step`]: acts(['answer', 'note'], (who, named, given, request) =>
      procedures.answer(who, named, (request.params as { step: string }).step, {
        answer: textOf(given, 'answer'),
        note: noteIn(given),
      }),
    ),
    [`${BASE}/:id/note`]: acts(['note'], (who, named, given) => procedures.note(who, named, textOf(given, 'note'))),
    [`${BASE}/:id/sign`]: acts(['note'], (who, named, given) => procedures.sign(who, named, noteIn(given))),
    [`${BASE}/:id/hand-over`]: acts(['note'], (who, named, given) => procedures.handOver(who, named, noteIn(given))),
    [`${BASE}/:id/accept`]: acts(['note'], (who, named, given) => procedures.accept(who, named, noteIn(given))),
  }
}

const noteIn = (given: Given): string => (given.note === undefined ? '' : textOf(given, 'note'))

async function print(
  reply: FastifyReply,
  format: 'pdf' | 'text',
  occurrence: Occurrence,
  zone: string,
): Promise<FastifyReply> {
  const sheet = occurrenceSheet(occurrence, zone, nowMilliseconds())
  if (format === 'text') return reply.header('content-type', 'text/plain; charset=utf-8').send(sheetText(sheet))
  const name = `${occurrence.procedure}-${occurrence.clock.slice(0, 10)}.pdf`
  return reply
    .header('content-type', 'application/pdf')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Buffer.from(await printSheet(sheet)))
}
