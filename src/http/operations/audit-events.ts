/**
 * The trail as FHIR AuditEvents, read only: https://hl7.org/fhir/R4/auditevent.html
 *
 * The hospital passes on here what it is asked for: it holds no key of the ledger.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type AuditEvent,
  type Caller,
  CURSOR,
  type EventPart,
  eventPart,
  readEvent,
  readEventQuery,
  searchEvents,
} from '#audit'
import { subset } from '#fhir'
import { issuesOf } from '#foundation/fault.ts'
import { auditEventRoutes } from '../audit-event-routes.ts'
import { bytesOf, textOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { sendText } from '../fhir/answer.ts'
import { idIn, openBase } from '../fhir/door.ts'
import { contentOf } from '../fhir/media.ts'
import { preferencesOf } from '../fhir/prefer.ts'
import { askedInFhir } from '../fhir/query.ts'
import { relayedIn } from '../relay.ts'
import type { Routes } from '../routes.ts'
import type { AuditDoor } from './audit.ts'
import { told } from './told.ts'

export function trailRoutes(door: AuditDoor): Routes {
  const { ledger, caller, relayKey } = door
  const hostBase = openBase(undefined)

  /** Who asks, and by which address: as the hospital says, when it is the hospital that asks. */
  const askedBy = (request: FastifyRequest): { readonly asker: Caller; readonly base: string } => {
    const relayed = relayedIn(request.headers, relayKey)
    const asker = caller(request)
    if (relayed === undefined) return { asker, base: hostBase(request) }
    const { address, base } = relayed
    return {
      base,
      asker: {
        ...asker,
        address,
        get gone() {
          return asker.gone === true
        },
      },
    }
  }

  const search = async (request: FastifyRequest, reply: FastifyReply, form?: string): Promise<FastifyReply> => {
    const what = askedInFhir(request, form)
    const { asker, base } = askedBy(request)
    const query = readEventQuery(what.parameters)
    if (query.ignored.length > 0 && preferencesOf(request.headers.prefer).strict)
      throw httpFaults['unknown-parameter']()
    const about = { asker, patients: query.patients, query: Object.fromEntries(what.parameters) }
    const { events, next, total } = await told(door, request, 'search', about, () => searchEvents(ledger, query))
    const kept = what.parameters.filter(([name]) => !query.ignored.includes(name))
    const address = (parameters: typeof kept) => {
      const words = String(new URLSearchParams(parameters.map(([name, value]) => [name, value])))
      return `${base}/AuditEvent${words === '' ? '' : `?${words}`}`
    }
    const bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      ...(total !== undefined && { total }),
      link: [
        { relation: 'self', url: address(kept) },
        ...(next === undefined
          ? []
          : [
              {
                relation: 'next',
                url: address([...kept.filter(([name]) => name !== CURSOR), [CURSOR, String(next)]]),
              },
            ]),
      ],
      entry: [
        ...events.map((event) => ({
          fullUrl: `${base}/AuditEvent/${event.id}`,
          resource: partial(event, query.part),
          search: { mode: 'match' },
        })),
        ...(query.ignored.length > 0 ? [{ resource: ignoredOutcome(), search: { mode: 'outcome' } }] : []),
      ],
    }
    const { entry, ...head } = bundle
    return sendText(reply, JSON.stringify(entry.length === 0 ? head : bundle), what)
  }

  return auditEventRoutes({
    search: (request, reply) => search(request, reply),
    searchByPost: (request, reply) => search(request, reply, formOf(request)),
    read: async (request, reply) => {
      const id = idIn(request)
      const what = askedInFhir(request)
      const part = eventPart(what.parameters)
      const { asker } = askedBy(request)
      const about = (event: AuditEvent) => ({ asker, resources: [`AuditEvent/${id}`], patients: patientsOf(event) })
      const event = await told(door, request, 'read', about, () => readEvent(ledger, id))
      return sendText(reply, JSON.stringify(partial(event, part)), what)
    },
  })
}

const partial = (event: AuditEvent, part: EventPart | undefined): unknown =>
  part === undefined ? event : JSON.parse(subset('AuditEvent', JSON.stringify(event), part))

function ignoredOutcome() {
  const [issue] = issuesOf(httpFaults['unknown-parameter']())
  return { resourceType: 'OperationOutcome', issue: [{ ...issue, severity: 'warning' }] }
}

function patientsOf(event: AuditEvent): string[] {
  const entities = event.entity as readonly { what: { reference?: string }; role?: { code: string } }[]
  return entities.flatMap(({ what, role }) =>
    role?.code === '1' && what.reference !== undefined ? [what.reference] : [],
  )
}

function formOf(request: FastifyRequest): string {
  if (bytesOf(request).length === 0) return ''
  if (contentOf(request.headers['content-type']) !== 'form') throw httpFaults['wrong-form-media']()
  return textOf(request)
}
