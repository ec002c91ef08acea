/**
 * Changing one resource: create, update, patch, delete. https://hl7.org/fhir/R4/http.html#update
 *
 * Nobody holds a lock while a client's change is made ready: it is made from the version that was read and stored only
 * on top of that version. Whoever comes second looks again.
 */
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { type Admitted, admit, checkId, checkType, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import type { Read } from '../read.ts'
import type { Change, Condition, Found, Version, Written } from '../record.ts'
import type { References } from '../references.ts'
import type { NewVersion } from '../statements/columns.ts'
import { timeOfVersion } from '../time.ts'
import { type InsertNew, insertClaimed, remove, replace } from './store.ts'

const TRIES = 50

export interface Tools {
  readonly db: Database
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
export const asVersion = (type: string, { id, version, updated, body }: NewVersion): Version => ({
  type,
  id,
  version,
  updated,
  text: body,
})

/** Stores a new resource under an id of the server's. */
export async function create({ insert, references }: Tools, type: string, text: string): Promise<Written> {
  const admitted = admit(checkType(type), text)
  const warnings = await references.check([admitted])
  const version = newVersion(admitted, newId(), 1, timeOfVersion())
  await insert(version)
  return written('created', asVersion(type, version), warnings)
}

export interface UpdateCondition extends Condition {
  readonly ifNoneMatch?: boolean
}

/** Stores `text` as the next version of `type/id`, or as its first. */
export async function update(
  tools: Tools,
  type: string,
  id: string,
  text: string,
  when: UpdateCondition = {},
): Promise<Written> {
  checkId(id)
  const admitted = admit(checkType(type), text)
  if (admitted.id === undefined) throw recordFaults['missing-id']()
  if (admitted.id !== id) throw recordFaults['other-id']()
  return put(tools, admitted, id, when)
}

/** The same for a resource already admitted; its own id, if any, gives way to `id`. */
export async function put(tools: Tools, admitted: Admitted, id: string, when: UpdateCondition = {}): Promise<Written> {
  const { db, read, references } = tools
  const { type } = admitted
  const warnings = await references.check([admitted])
  return untilStored(async () => {
    const current = await read(type, id)
    checkCondition(current, when)
    if (current.is === 'present' && when.ifNoneMatch) throw recordFaults['already-there']()
    if (current.is === 'unknown') {
      const first = newVersion(admitted, id, 1, timeOfVersion())
      return (await insertClaimed(db, first)) ? written('created', asVersion(type, first), warnings) : undefined
    }
    const { version: was, updated } = current.is === 'present' ? current.version : current
    const next = newVersion(admitted, id, was + 1, timeOfVersion(updated))
    if (!(await replace(db, next, was))) return undefined
    return written(current.is === 'present' ? 'updated' : 'created', asVersion(type, next), warnings)
  })
}

/** Applies `change` to the current version. */
export async function patch(
  tools: Tools,
  type: string,
  id: string,
  change: Change,
  when: Condition = {},
): Promise<Written> {
  const { db, read, references } = tools
  checkType(type)
  return untilStored(async () => {
    const current = await read(type, id)
    checkCondition(current, when)
    const { version } = present(current)
    const text = change(version.text)
    if (text === version.text) return written('unchanged', version)
    const admitted = admit(type, text)
    if (admitted.id !== id) throw recordFaults['other-id']()
    const warnings = await references.check([admitted])
    const next = newVersion(admitted, id, version.version + 1, timeOfVersion(version.updated))
    return (await replace(db, next, version.version)) ? written('updated', asVersion(type, next), warnings) : undefined
  })
}

export type Deletion = { readonly version: number; readonly updated: string }

/** Deletes; deleting what is deleted already is no error and makes no version. */
export async function deleteOne(
  { db, read }: Tools,
  type: string,
  id: string,
  when: Condition = {},
): Promise<Deletion | undefined> {
  checkType(type)
  return untilStored(async () => {
    const current = await read(type, id)
    checkCondition(current, when)
    if (current.is === 'unknown') return { done: undefined }
    if (current.is === 'deleted') return { done: { version: current.version, updated: current.updated } }
    const { version: was, updated } = current.version
    const at = timeOfVersion(updated)
    return (await remove(db, type, id, was, at)) ? { done: { version: was + 1, updated: at } } : undefined
  }).then(({ done }) => done)
}

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
