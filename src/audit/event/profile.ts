/** Which of IHE's Basic Audit Log Patterns an entry fulfils: https://profiles.ihe.net/ITI/BALP/ */
import type { Action, AuditEntry } from '../terms.ts'

const BASE = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.'

const NAMES: Readonly<Partial<Record<Action, string>>> = {
  read: 'Read',
  vread: 'Read',
  search: 'Query',
  create: 'Create',
  update: 'Update',
  patch: 'Update',
  delete: 'Delete',
}

/**
 * The profile's address; nothing where none fits. They are about successes only, by somebody, through a client whose
 * address is known, with one resource and at most one patient: what is about more claims none rather than the wrong one.
 */
export function profileOf(entry: AuditEntry): string | undefined {
  const { action, actor, outcome, address, patients, resources, query, continues } = entry
  const name = NAMES[action]
  const known = outcome === 'success' && actor.kind !== 'system' && actor.kind !== 'nobody' && address !== ''
  if (name === undefined || !known || patients.length > 1 || continues !== undefined) return undefined
  // A client that deletes by itself has a role and a name, for which that profile has no place.
  if (action === 'delete' && actor.kind !== 'person') return undefined
  const has = action === 'search' ? query !== undefined && query !== '' : resources.length === 1
  if (!has || !patients.every((one) => /^Patient\/[A-Za-z0-9.-]{1,64}$/.test(one))) return undefined
  return `${BASE}${patients.length === 1 ? 'Patient' : ''}${name}`
}
