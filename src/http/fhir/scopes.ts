/**
 * What a program was granted, at the door: whatever its scopes don't grant is refused before the record is asked.
 *
 * The door sees types and interactions. Scopes for one patient, or for what a search finds, need the record's own filter;
 * so does a Bundle, whose entries only the record reads: refused, unless everything was granted.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Access, granting, type Permission, type SmartScope } from '#identity/entry'
import { textOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { FHIR_PATH } from './door.ts'
import { interactionOf } from './interaction.ts'
import { asked } from './query.ts'

const READ: readonly Permission[] = ['r']
const READS: ReadonlySet<string> = new Set([`${FHIR_PATH}/:type/:id`, `${FHIR_PATH}/:type/:id/_history/:version`])
const EVERYTHING: readonly Permission[] = ['c', 'r', 'u', 'd', 's']

/** Holds every request in `app` to what was granted. */
export function keepToScopes(app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    try {
      const { access } = request
      if (access !== null && access.scopes !== 'all') refuseBeyond(request, access.scopes)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function refuseBeyond(request: FastifyRequest, scopes: Exclude<Access['scopes'], 'all'>): void {
  const { url = '' } = request.routeOptions
  // What the server can do is said to whoever has been let in.
  if (url === `${FHIR_PATH}/metadata`) return
  if (!url.startsWith(FHIR_PATH)) throw httpFaults['beyond-scopes']()
  const { type = '*', id } = (request.params ?? {}) as { type?: string; id?: string }
  const about = url.startsWith(`${FHIR_PATH}/AuditEvent`) ? 'AuditEvent' : type
  // The hot path: a read by id, with nothing more to it.
  const permissions = request.method === 'GET' && READS.has(url) ? READ : needed(request, id !== undefined)
  for (const permission of permissions) need(scopes, permission, about)
  if (reachesFurther(request)) need(scopes, 's', '*')
}

/** What the interaction takes. What finds its resource by a search tells what is there, and takes that as well. */
function needed(request: FastifyRequest, hasId: boolean): readonly Permission[] {
  const { action } = interactionOf(request)
  const searched: readonly Permission[] = hasId ? [] : ['s']
  switch (action) {
    case 'read':
    case 'vread':
      return ['r']
    case 'search':
      return ['s']
    case 'history':
      return hasId ? ['r'] : ['s']
    case 'create':
      return request.headers['if-none-exist'] === undefined ? ['c'] : ['c', 's']
    case 'update':
    case 'patch':
      return ['u', ...searched]
    case 'delete':
      return ['d', ...searched]
    default:
      return request.routeOptions.url?.startsWith(`${FHIR_PATH}/AuditEvent`) ? ['r', 's'] : EVERYTHING
  }
}

function need(scopes: readonly SmartScope[], permission: Permission, type: string): void {
  const granted = granting(scopes, permission, type)
  if (granted.length === 0) throw httpFaults['beyond-scopes']()
  if (granted.every(({ context, query }) => context === 'patient' || query !== undefined))
    throw httpFaults['narrow-scope']()
}

/** Whether a search looks at, or brings, resources of other types than its own. */
function reachesFurther(request: FastifyRequest): boolean {
  const isForm = request.routeOptions.url?.endsWith('/_search') === true
  if (!isForm && !request.raw.url?.includes('?')) return false
  const form = isForm ? textOf(request) : ''
  return asked(request, form).parameters.some(([name]) => /^_(?:include|revinclude|has)(?::|$)|\./.test(name))
}
