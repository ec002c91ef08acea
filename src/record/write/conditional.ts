/** Interactions on whatever one resource matches. https://hl7.org/fhir/R4/http.html#ccreate and #cond-update */
import { type Action, auditWithin, type Caller } from '#audit'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { admit, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { key } from '../index/hash.ts'
import type { Change, Condition, Written } from '../record.ts'
import { matching } from '../search/search.ts'
import { lockCriteria } from '../statements/write.ts'
import { timeOfVersion } from '../time.ts'
import {
  asVersion,
  changed,
  checkCondition,
  type Deletion,
  deleteOne,
  patch,
  present,
  put,
  type Tools,
  written,
} from './change.ts'
import { insertWithin } from './store.ts'

/** The one match, or undefined; throws `record/several-matches`. */
async function oneMatch(queries: Pick<Queries, 'rows'>, type: string, criteria: string): Promise<string | undefined> {
  const [first, ...more] = await matching(queries, type, criteria, '')
  if (more.length > 0) throw recordFaults['several-matches']()
  return first
}

const queryOf = ({ audit }: Tools, type: string, criteria: string): string =>
  audit.query(type, [...new URLSearchParams(criteria)])

/** Creates unless something matches. Two that ask for the same at once: the second finds what the first created. */
export async function conditionalCreate(
  tools: Tools,
  { caller, action }: { readonly caller: Caller; readonly action: Action },
  type: string,
  text: string,
  criteria: string,
): Promise<Written> {
  const { audit } = tools
  const query = queryOf(tools, type, criteria)
  const admitted = admit(type, text)
  const warnings = await tools.references.check([admitted])
  const outcome = await tools.db.transaction(async (tx) => {
    await tx.quick(lockCriteria(key('criteria', type, criteria)))
    const match = await oneMatch(tx, type, criteria)
    if (match !== undefined) return match
    const next = newVersion(admitted, newId(), 1, timeOfVersion())
    const version = asVersion(type, next)
    const within = auditWithin(audit)
    await within.record(caller, changed(action, version, 201, query))
    await insertWithin(tx, [next])
    await within.store(tx)
    return written('created', version, warnings)
  })
  if (typeof outcome !== 'string') return outcome
  const { version } = present(await tools.read(type, outcome))
  await audit.record(caller, changed(action, version, 200, query))
  return written('matched', version)
}

/** Updates the one match, or creates: under the id in the resource if it has one. */
export async function updateMatching(
  tools: Tools,
  caller: Caller,
  type: string,
  criteria: string,
  text: string,
  when: Condition = {},
): Promise<Written> {
  const admitted = admit(type, text)
  const match = await oneMatch(tools.db, type, criteria)
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
  caller: Caller,
  type: string,
  criteria: string,
  change: Change,
  when: Condition = {},
): Promise<Written> {
  const match = await oneMatch(tools.db, type, criteria)
  if (match === undefined) throw recordFaults['no-match']()
  return patch(tools, { caller, query: queryOf(tools, type, criteria) }, type, match, change, when)
}

/** Undefined when nothing matches. */
export async function deleteMatching(
  tools: Tools,
  caller: Caller,
  type: string,
  criteria: string,
): Promise<Deletion | undefined> {
  const match = await oneMatch(tools.db, type, criteria)
  const query = queryOf(tools, type, criteria)
  if (match !== undefined) return deleteOne(tools, { caller, query }, type, match)
  await tools.audit.record(caller, { action: 'delete', resources: [type], patients: [], query, status: 204 })
  return undefined
}
