/** Which interaction a request is, also one that was refused before anybody looked at it. */
import type { FastifyRequest } from 'fastify'
import type { Action, Deed } from '#audit'
import { FHIR_ID, isResourceType } from '#fhir'
import { AUDIT_EVENTS } from '../audit-event-routes.ts'
import { FHIR_PATH } from './door.ts'

const INTERACTIONS: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  // What a Bundle is shows only when it can be read.
  [FHIR_PATH]: { GET: 'search', POST: 'transaction' },
  [`${FHIR_PATH}/metadata`]: { GET: 'capabilities' },
  [`${FHIR_PATH}/_search`]: { POST: 'search' },
  [`${FHIR_PATH}/_history`]: { GET: 'history' },
  [`${FHIR_PATH}/:type`]: { GET: 'search', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' },
  [`${FHIR_PATH}/:type/_search`]: { POST: 'search' },
  [`${FHIR_PATH}/:type/_history`]: { GET: 'history' },
  [`${FHIR_PATH}/:type/:id`]: { GET: 'read', PUT: 'update', PATCH: 'patch', DELETE: 'delete' },
  [`${FHIR_PATH}/:type/:id/_history`]: { GET: 'history' },
  [`${FHIR_PATH}/:type/:id/_history/:version`]: { GET: 'vread' },
}

/** Of routes that name the type themselves. */
const typeOf = (url: string): string =>
  url.startsWith(AUDIT_EVENTS) ? 'AuditEvent' : url.startsWith(`${FHIR_PATH}/Patient/`) ? 'Patient' : ''

/** What a request asks for by its address alone; nothing of it that isn't a type and an id of FHIR. */
export function interactionOf(request: FastifyRequest): Pick<Deed, 'action' | 'resources' | 'patients'> {
  const { method, routeOptions, params } = request
  const { url = '' } = routeOptions
  const byMethod = INTERACTIONS[url.replace(AUDIT_EVENTS, `${FHIR_PATH}/:type`)]
  const action = byMethod?.[method === 'HEAD' ? 'GET' : method] ?? 'operation'
  const { type = typeOf(url), id, version } = (params ?? {}) as Partial<Record<string, string>>
  if (!isResourceType(type)) return { action, resources: [], patients: [] }
  if (id === undefined) return { action, resources: [type], patients: [] }
  if (!FHIR_ID.test(id)) return { action, resources: [type], patients: [] }
  const isVersion = version !== undefined && /^\d{1,9}$/.test(version)
  return {
    action,
    resources: [`${type}/${id}${isVersion ? `/_history/${version}` : ''}`],
    patients: type === 'Patient' ? [`Patient/${id}`] : [],
  }
}
