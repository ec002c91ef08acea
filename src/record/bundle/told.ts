/** The entries of a Bundle in the audit trail: each is what it would be by itself. */
import { type Action, type Audit, type Deed, outcomeOfRefusal } from '#audit'
import { reference } from '../left.ts'
import { patientsOf } from '../patients.ts'
import type { Answer } from './answer.ts'
import type { Entry } from './entries.ts'

const ACTIONS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const

function actionOf({ method, type, id, history, versionId }: Entry): Action {
  if (method !== 'GET' && method !== 'HEAD') return ACTIONS[method]
  if (versionId !== undefined) return 'vread'
  if (history) return 'history'
  return type === undefined || id === undefined ? 'search' : 'read'
}

/** An entry that was refused; `entry` is undefined when it could not be understood. */
export function refusedDeed(entry: Entry | undefined, { status, code = '' }: Answer): Deed {
  const number = Number.parseInt(status, 10)
  const refusal = { status: number, code, outcome: outcomeOfRefusal(number) }
  return { action: entry === undefined ? 'operation' : actionOf(entry), ...named(entry), ...refusal }
}

/** An entry that changed something, or found that there was nothing to change. */
export function changeDeed(entry: Entry, { status, about }: Answer, audit: Pick<Audit, 'query'>): Deed {
  const { type, ifNoneExist, id, query } = entry
  const criteria = ifNoneExist ?? (id === undefined ? query : '')
  return {
    action: actionOf(entry),
    ...(about === undefined ? named(entry) : { resources: [about.resource], patients: about.patients }),
    ...(criteria !== '' && { query: audit.query(type, [...new URLSearchParams(criteria)]) }),
    status: Number.parseInt(status, 10),
  }
}

/** What the address of an entry names. */
function named(entry: Entry | undefined): Pick<Deed, 'resources' | 'patients'> {
  if (entry?.type === undefined) return { resources: [], patients: [] }
  const { type, id, versionId } = entry
  if (id === undefined) return { resources: [type], patients: [] }
  const resource = versionId === undefined ? `${type}/${id}` : reference(type, id, versionId)
  return { resources: [resource], patients: patientsOf(type, id, null, null) }
}
