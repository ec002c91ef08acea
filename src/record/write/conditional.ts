/** Interactions on whatever one resource matches. https://hl7.org/fhir/R4/http.html#ccreate and #cond-update */
import { type Action, auditWithin } from '#audit'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { View } from '../access/view.ts'
import { admit, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { key } from '../index/hash.ts'
import { foundWithin, shownTo } from '../read.ts'
import type { Asker, Change, Condition, Written } from '../record.ts'
import { matching } from '../search/search.ts'
import { lockCriteria } from '../statements/write.ts'
import { timeOfVersion } from '../time.ts'
import {
  asSeen,
  asVersion,
  changed,
  checkCondition,
  type Deletion,
  deleteOne,
  patch,
  permit,
  present,
  put,
  type Tools,
  written,
} from './change.ts'
import { insertClaimed, insertWithin } from './store.ts'

/** The one match, or undefined; throws `record/several-matches`. */
async function oneMatch(
  queries: Pick<Queries, 'rows'>,
  type: string,
  criteria: string,
  view: View | undefined,
): Promise<string | undefined> {
  const [first, ...more] = await matching(queries, type, criteria, '', view)
  if (more.length > 0) throw recordFaults['several-matches']()
  return first
}

const queryOf = ({ audit }: Tools, type: string, criteria: string): string =>
  audit.query(type, [...new URLSearchParams(criteria)])

/** Creates unless something matches. Two that ask for the same at once: the second finds what the first created. */
export async function conditionalCreate(
  tools: Tools,
  { caller, action }: { readonly caller: Asker; readonly action: Action },
  type: string,
  text: string,
  criteria: string,
): Promise<Written> {
  const { audit } = tools
  const view = await tools.views.of(caller)
  view?.require(type, action === 'update' ? 'update' : 'create')
  const query = queryOf(tools, type, criteria)
  const admitted = admit(type, text)
  const warnings = await tools.references.check([admitted.row], view)
  const outcome = await tools.db.transaction(async (tx) => {
    await tx.quick(lockCriteria(key('criteria', type, criteria)))
    const match = await oneMatch(tx, type, criteria, view)
    if (match !== undefined) return match
    const next = newVersion(admitted, newId(), 1, timeOfVersion())
    await permit(tx, view, 'create', type, next)
    const version = asVersion(type, next)
    const within = auditWithin(audit)
    await within.record(asSeen(view, caller, version.patients), changed(action, version, 201, query))
    // What an update creates is told by history as put, though the id is the server's.
    await (action === 'update' ? insertClaimed(tx, next) : insertWithin(tx, next))
    await within.store(tx)
    return written('created', version, warnings)
  })
  if (typeof outcome !== 'string') return outcome
  // Somebody made it since an update looked for it and found nothing.
  if (action === 'update') return put(tools, { caller, query }, admitted, outcome)
  const { version } = present(
    view === undefined
      ? await tools.read(type, outcome)
      : await shownTo(view, tools.db, 'read', await foundWithin(tools.db, view, type, outcome)),
  )
  await audit.record(asSeen(view, caller, version.patients), changed(action, version, 200, query))
  return written('matched', version)
}

/** Updates the one match, or creates: under the id in the resource if it has one. */
export async function updateMatching(
  tools: Tools,
  caller: Asker,
  type: string,
  criteria: string,
  text: string,
  when: Condition = {},
): Promise<Written> {
  const view = await tools.views.of(caller)
  view?.require(type, 'update')
  const admitted = admit(type, text)
  const match = await oneMatch(tools.db, type, criteria, view)
  if (match === undefined && admitted.id === undefined) {
    checkCondition({ is: 'unknown' }, when)
    return conditionalCreate(tools, { caller, action: 'update' }, type, text, criteria)
  }
  if (match !== undefined && admitted.id !== undefined && admitted.id !== match) throw recordFaults['other-id']()
  const behalf = { caller, query: queryOf(tools, type, criteria) }
  return put(tools, behalf, admitted, match ?? (admitted.id as string), when)
}

export async function patchMatching(
  tools: Tools,
  caller: Asker,
  type: string,
  criteria: string,
  change: Change,
  when: Condition = {},
): Promise<Written> {
  const view = await tools.views.of(caller)
  view?.require(type, 'patch')
  const match = await oneMatch(tools.db, type, criteria, view)
  if (match === undefined) throw recordFaults['no-match']()
  return patch(tools, { caller, query: queryOf(tools, type, criteria) }, type, match, change, when)
}

/** Undefined when nothing matches. */
export async function deleteMatching(
  tools: Tools,
  caller: Asker,
  type: string,
  criteria: string,
): Promise<Deletion | undefined> {
  const view = await tools.views.of(caller)
  view?.require(type, 'delete')
  const match = await oneMatch(tools.db, type, criteria, view)
  const query = queryOf(tools, type, criteria)
  if (match !== undefined) return deleteOne(tools, { caller, query }, type, match)
  await tools.audit.record(caller, { action: 'delete', resources: [type], patients: [], query, status: 204 })
  return undefined
}
