/**
 * Changing one resource: create, update, patch, delete. https://hl7.org/fhir/R4/http.html#update
 *
 * Nobody holds a lock while a client's change is made ready: it is made from the version that was read and stored only
 * on top of that version. Whoever comes second looks again.
 */
import type { Audit, Caller, Deed } from '#audit'
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { type Admitted, admit, checkId, checkType, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { reference } from '../left.ts'
import { patientsOf } from '../patients.ts'
import type { Read } from '../read.ts'
import type { Change, Condition, Found, Version, Written } from '../record.ts'
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
  readonly caller: Caller
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
  { audit, insert, references }: Tools,
  caller: Caller,
  type: string,
  text: string,
): Promise<Written> {
  const admitted = admit(checkType(type), text)
  const warnings = await references.check([admitted])
  const next = newVersion(admitted, newId(), 1, timeOfVersion())
  const version = asVersion(type, next)
  await insert({ version: next, told: audit.text(caller, changed('create', version, 201)) })
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
  const admitted = admit(checkType(type), text)
  if (admitted.id === undefined) throw recordFaults['missing-id']()
  if (admitted.id !== id) throw recordFaults['other-id']()
  return put(tools, behalf, admitted, id, when)
}

/** The same for a resource already admitted; its own id, if any, gives way to `id`. */
export async function put(
  { db, audit, read, references }: Tools,
  { caller, query }: Behalf,
  admitted: Admitted,
  id: string,
  when: UpdateCondition = {},
): Promise<Written> {
  const { type } = admitted
  const warnings = await references.check([admitted])
  return untilStored(async () => {
    const current = await read(type, id)
    checkCondition(current, when)
    if (current.is === 'present' && when.ifNoneMatch) throw recordFaults['already-there']()
    if (current.is === 'unknown') {
      const first = newVersion(admitted, id, 1, timeOfVersion())
      const version = asVersion(type, first)
      const told = audit.text(caller, changed('update', version, 201, query))
      return (await insertClaimed(db, first, told)) ? written('created', version, warnings) : undefined
    }
    const { version: was, updated } = current.is === 'present' ? current.version : current
    const next = newVersion(admitted, id, was + 1, timeOfVersion(updated))
    const version = asVersion(type, next)
    const before = current.is === 'present' ? current.version.patients : []
    const status = current.is === 'present' ? 200 : 201
    if (!(await replace(db, next, was, audit.text(caller, changed('update', version, status, query, before)))))
      return undefined
    return written(current.is === 'present' ? 'updated' : 'created', version, warnings)
  })
}

/** Applies `change` to the current version. */
export async function patch(
  { db, audit, read, references }: Tools,
  { caller, query }: Behalf,
  type: string,
  id: string,
  change: Change,
  when: Condition = {},
): Promise<Written> {
  checkType(type)
  return untilStored(async () => {
    const current = await read(type, id)
    checkCondition(current, when)
    const { version } = present(current)
    const text = change(version.text)
    if (text === version.text) {
      await audit.record(caller, changed('patch', version, 200, query))
      return written('unchanged', version)
    }
    const admitted = admit(type, text)
    if (admitted.id !== id) throw recordFaults['other-id']()
    const warnings = await references.check([admitted])
    const next = newVersion(admitted, id, version.version + 1, timeOfVersion(version.updated))
    const patched = asVersion(type, next)
    const told = audit.text(caller, changed('patch', patched, 200, query, version.patients))
    return (await replace(db, next, version.version, told)) ? written('updated', patched, warnings) : undefined
  })
}

export type Deletion = { readonly version: number; readonly updated: string }

/** Deletes; deleting what is deleted already is no error and makes no version. Written down with status 204. */
export async function deleteOne(
  { db, audit, read }: Tools,
  { caller, query }: Behalf,
  type: string,
  id: string,
  when: Condition = {},
): Promise<Deletion | undefined> {
  checkType(type)
  return untilStored(async () => {
    const current = await read(type, id)
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
    const told = audit.text(caller, deletionOf({ type, id, version: was + 1, patients }, query))
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
