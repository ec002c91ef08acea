/**
 * Changing one resource: create, update, patch, delete. https://hl7.org/fhir/R4/http.html#update
 *
 * Nobody holds a lock while a client's change is made ready: it is made from the version that was read and stored only
 * on top of that version. Whoever comes second looks again.
 */
import type { Audit, Deed } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Interaction } from '../access/policy.ts'
import type { View } from '../access/view.ts'
import type { Views } from '../access/views.ts'
import { type Admitted, admit, checkId, checkType, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { Row } from '../index/row.ts'
import { reference } from '../left.ts'
import { patientsOf } from '../patients.ts'
import { foundWithin, type Read } from '../read.ts'
import type { Asker, Change, Condition, Found, Version, Written } from '../record.ts'
import type { References } from '../references.ts'
import type { NewVersion } from '../statements/columns.ts'
import { timeOfVersion } from '../time.ts'
import { type InsertNew, insertClaimed, remove, replace } from './store.ts'

const TRIES = 50

export interface Tools {
  readonly db: Database
  readonly audit: Audit
  readonly read: Read
  readonly insert: InsertNew
  readonly references: References
  readonly views: Views
}

export const written = (outcome: Written['outcome'], version: Version, warnings: readonly string[] = []): Written => ({
  outcome,
  version,
  warnings,
})

/** A version that has been stored, as the doors see it. */
export const asVersion = (type: string, { id, version, updated, body, row }: NewVersion): Version => ({
  type,
  id,
  version,
  updated,
  text: body,
  patients: row.patients(id),
})

/** For whom a change is made, and by which criteria they found what to change. */
export interface Behalf {
  readonly caller: Asker
  readonly query?: string
}

/** A change as it is written down; `before`: the version it came after, which may have been somebody else's. */
export function changed(
  action: Deed['action'],
  { type, id, version, patients }: Omit<Version, 'updated' | 'text'>,
  status: number,
  query?: string,
  before: readonly string[] = [],
): Deed {
  return { action, resources: [reference(type, id, version)], patients: alsoBefore(patients, before), query, status }
}

/** Whose data a version is, and those whose it was before: who has lost it to another chart must find that in the trail. */
export const alsoBefore = (patients: readonly string[], before: readonly string[]): readonly string[] =>
  before.every((one) => patients.includes(one)) ? patients : [...new Set([...patients, ...before])]

/** Stores a new resource under an id of the server's. */
export async function create(
  { db, audit, insert, references, views }: Tools,
  caller: Asker,
  type: string,
  text: string,
): Promise<Written> {
  const view = await views.of(caller)
  view?.require(checkType(type), 'create')
  const admitted = admit(checkType(type), text)
  const next = newVersion(admitted, newId(), 1, timeOfVersion())
  await permit(db, view, 'create', type, next)
  const warnings = await references.check([admitted.row], view)
  const version = asVersion(type, next)
  const told = audit.text(asSeen(view, caller, version.patients), changed('create', version, 201))
  await insert({ version: next, told })
  return written('created', version, warnings)
}

export interface UpdateCondition extends Condition {
  readonly ifNoneMatch?: boolean
}

/** Stores `text` as the next version of `type/id`, or as its first. */
export async function update(
  tools: Tools,
  behalf: Behalf,
  type: string,
  id: string,
  text: string,
  when: UpdateCondition = {},
): Promise<Written> {
  checkId(id)
  ;(await tools.views.of(behalf.caller))?.require(checkType(type), 'update')
  const admitted = admit(checkType(type), text)
  if (admitted.id === undefined) throw recordFaults['missing-id']()
  if (admitted.id !== id) throw recordFaults['other-id']()
  return put(tools, behalf, admitted, id, when)
}

/** The same for a resource already admitted; its own id, if any, gives way to `id`. */
export async function put(
  tools: Tools,
  { caller, query }: Behalf,
  admitted: Admitted,
  id: string,
  when: UpdateCondition = {},
): Promise<Written> {
  const { db, audit, references } = tools
  const { type } = admitted
  const view = await tools.views.of(caller)
  view?.require(type, 'update')
  let warnings = view === undefined ? await references.check([admitted.row], view) : []
  return untilStored(async () => {
    const current = await readToChange(tools, view, 'update', type, id)
    refuseToClaim(view, type, current)
    checkCondition(current, when)
    if (view !== undefined) {
      await permit(db, view, 'update', type, { id, row: admitted.row })
      warnings = await references.check([admitted.row], view)
    }
    if (current.is === 'present' && when.ifNoneMatch) throw recordFaults['already-there']()
    if (current.is === 'unknown') {
      const first = newVersion(admitted, id, 1, timeOfVersion())
      const version = asVersion(type, first)
      const told = audit.text(asSeen(view, caller, version.patients), changed('update', version, 201, query))
      return (await insertClaimed(db, first, told)) ? written('created', version, warnings) : undefined
    }
    const { version: was, updated } = current.is === 'present' ? current.version : current
    const next = newVersion(admitted, id, was + 1, timeOfVersion(updated))
    const version = asVersion(type, next)
    const before = current.is === 'present' ? current.version.patients : []
    const status = current.is === 'present' ? 200 : 201
    const deed = changed('update', version, status, query, before)
    if (!(await replace(db, next, was, audit.text(asSeen(view, caller, deed.patients), deed)))) return undefined
    return written(current.is === 'present' ? 'updated' : 'created', version, warnings)
  })
}

/** Applies `change` to the current version. */
export async function patch(
  tools: Tools,
  { caller, query }: Behalf,
  type: string,
  id: string,
  change: Change,
  when: Condition = {},
): Promise<Written> {
  const { db, audit, references } = tools
  checkType(type)
  const view = await tools.views.of(caller)
  view?.require(type, 'patch')
  return untilStored(async () => {
    const current = await readToChange(tools, view, 'patch', type, id)
    checkCondition(current, when)
    const { version } = present(current)
    const text = change(version.text)
    if (text === version.text) {
      await audit.record(asSeen(view, caller, version.patients), changed('patch', version, 200, query))
      return written('unchanged', version)
    }
    const admitted = admit(type, text)
    if (admitted.id !== id) throw recordFaults['other-id']()
    const next = newVersion(admitted, id, version.version + 1, timeOfVersion(version.updated))
    await permit(db, view, 'patch', type, next)
    const warnings = await references.check([admitted.row], view)
    const patched = asVersion(type, next)
    const deed = changed('patch', patched, 200, query, version.patients)
    const told = audit.text(asSeen(view, caller, deed.patients), deed)
    return (await replace(db, next, version.version, told)) ? written('updated', patched, warnings) : undefined
  })
}

export type Deletion = { readonly version: number; readonly updated: string }

/** Deletes; deleting what is deleted already is no error and makes no version. Written down with status 204. */
export async function deleteOne(
  tools: Tools,
  { caller, query }: Behalf,
  type: string,
  id: string,
  when: Condition = {},
): Promise<Deletion | undefined> {
  const { db, audit } = tools
  checkType(type)
  const view = await tools.views.of(caller)
  view?.require(type, 'delete')
  return untilStored(async () => {
    const current = await readToChange(tools, view, 'delete', type, id)
    checkCondition(current, when)
    if (current.is === 'unknown') {
      await audit.record(caller, deletionOf({ type, id, patients: patientsOf(type, id, null, null) }, query))
      return { done: undefined }
    }
    if (current.is === 'deleted') {
      const { version, updated } = current
      await audit.record(caller, deletionOf({ type, id, version, patients: patientsOf(type, id, null, null) }, query))
      return { done: { version, updated } }
    }
    const { version: was, updated, patients } = current.version
    const at = timeOfVersion(updated)
    const told = audit.text(asSeen(view, caller, patients), deletionOf({ type, id, version: was + 1, patients }, query))
    return (await remove(db, type, id, was, at, told)) ? { done: { version: was + 1, updated: at } } : undefined
  }).then(({ done }) => done)
}

/** A deletion as it is written down; without a version when there never was one. */
const deletionOf = (
  { type, id, version, patients }: Pick<Version, 'type' | 'id' | 'patients'> & { readonly version?: number },
  query?: string,
): Deed => ({
  action: 'delete',
  resources: [version === undefined ? `${type}/${id}` : reference(type, id, version)],
  patients,
  query,
  status: 204,
})

/**
 * The version that is to be changed, or that there is none: none that `view` sees. Throws `record/not-permitted` for what it
 * sees and may not change; whole: what is hidden of it could be found out by what a change does.
 */
async function readToChange(
  { db, read }: Tools,
  view: View | undefined,
  interaction: 'update' | 'patch' | 'delete',
  type: string,
  id: string,
): Promise<Found> {
  if (view === undefined) return read(type, id)
  const current = view.may(type, 'read') ? await foundWithin(db, view, type, id) : await nothing(id)
  if (current.is === 'present') await permitChange(db, view, interaction, current.version)
  return current
}

async function nothing(id: string): Promise<Found> {
  checkId(id)
  return { is: 'unknown' }
}

/** Throws `record/not-permitted` unless what is stored as `version` may be changed by `view`. */
export async function permitChange(
  db: Queries,
  view: View,
  interaction: 'update' | 'patch' | 'delete',
  { type, id, text: body }: Version,
): Promise<void> {
  const [may] = await view.judge(db, interaction, [{ type, id, row: new Row(type, JSON.parse(body)) }])
  const [shown] = await view.shown(db, 'read', [{ type, id, body }])
  if (!may || shown !== body) throw recordFaults['not-permitted']()
}

/**
 * Throws for what isn't there: whoever does not see everything must not learn by an id of their own choosing whether it is
 * taken. https://hl7.org/fhir/R4/http.html#upsert leaves it to the server.
 */
export function refuseToClaim(view: View | undefined, type: string, current: Found): void {
  if (view !== undefined && current.is !== 'present' && !view.seesAll(type, 'read'))
    throw recordFaults['unknown-instance']()
}

/** Throws `record/not-permitted` unless `view` may store `next`. */
export async function permit(
  db: Queries,
  view: View | undefined,
  interaction: Interaction,
  type: string,
  { id, row }: Pick<NewVersion, 'id' | 'row'>,
): Promise<void> {
  if (view === undefined) return
  const [may] = await view.judge(db, interaction, [{ type, id, row }])
  if (!may) throw recordFaults['not-permitted']()
}

/** Who is told of `patients`. */
export const asSeen = (view: View | undefined, caller: Asker, patients: readonly string[]): Asker =>
  view === undefined ? caller : view.as(caller, patients)

/** Throws `record/stale-version` or `record/nothing-there` unless `current` is the version the client last saw. */
export function checkCondition(current: Found, { ifMatch }: Condition): void {
  if (ifMatch === undefined) return
  const held = current.is === 'present' ? current.version.version : undefined
  if (ifMatch === '*') {
    if (held === undefined) throw recordFaults['nothing-there']()
  } else if (held !== ifMatch) throw recordFaults['stale-version']({ held })
}

/** The present version; throws 404 or 410 when there is none. */
export function present(current: Found): { readonly version: Version } {
  if (current.is === 'unknown') throw recordFaults['unknown-instance']()
  if (current.is === 'deleted') throw recordFaults['deleted-instance']()
  return current
}

/** Looks again as long as others were faster. */
async function untilStored<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tried = 0; tried < TRIES; tried++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw recordFaults.contended()
}
