/** What must be true of a resource before it may be stored. */
import {
  FHIR_ID,
  isResourceType,
  isSubset,
  mostValues,
  readJson,
  refuseComplex,
  stamp,
  type TextMap,
  validateResource,
} from '#fhir'
import type { Problem } from '#foundation/fault.ts'
import { recordFaults } from './faults.ts'
import { Row } from './index/row.ts'
import type { NewVersion } from './statements/columns.ts'

/** A resource that may be stored: valid, and read once. What was read of it is not kept, which would be many times its text. */
export interface Admitted {
  readonly type: string
  readonly id: string | undefined
  readonly text: string
  readonly map: TextMap
  readonly row: Row
}

/** The audit trail is written by what happens, and kept where nobody who changes the record can change it. */
export const KEPT_ELSEWHERE = 'AuditEvent'

/** Refuses an id that FHIR does not allow before anybody asks the database for it. */
export function checkId(id: string): string {
  if (!FHIR_ID.test(id)) throw recordFaults['unreadable-id']({ length: id.length })
  return id
}

export function checkType(type: string): string {
  if (!isResourceType(type)) throw recordFaults['unknown-type']()
  return type
}

/**
 * Reads and validates `given` as a resource of `type`, `linked` as one of a transaction whose links have been resolved.
 * Throws `fhir/too-complex`, what `readJson` throws, and `record/invalid-resource` with every problem found.
 */
export function admit(type: string, given: string, linked = false): Admitted {
  if (type === KEPT_ELSEWHERE) throw recordFaults['kept-elsewhere']()
  refuseComplex(given, mostValues(type))
  const { value, map, text } = readJson(given)
  if (value.resourceType !== type && isResourceType(String(value.resourceType)))
    throw recordFaults['other-type']({ expected: type })
  const { problems, unlisted, members } = validateResource(type, value, linked)
  const all: Problem[] = [...problems]
  // JSON.parse keeps the last of two members with one name; the text would keep both, and each reader choose for itself.
  if (members < map.members)
    all.unshift({ code: 'structure', expression: type, says: 'An object has two members with the same name.' })
  // What was left out when it was read would be lost.
  if (isSubset(value))
    all.unshift({
      code: 'business-rule',
      expression: `${type}.meta.tag`,
      says: 'This marks a part of the resource only.',
    })
  if (all.length > 0) throw recordFaults['invalid-resource']({ problems: all.length + unlisted }, all, unlisted)
  return { type, id: value.id as string | undefined, text, map, row: new Row(type, value) }
}

/** `admitted` as version `version` under `id`: the text with the server's id and meta, and its index. */
export function newVersion({ text, map, row }: Admitted, id: string, version: number, updated: string): NewVersion {
  return { id, version, updated, body: stamp(text, map, id, version, updated), row }
}
