/** Reading by id and by version. https://hl7.org/fhir/R4/http.html#read */
import type { Action, Audit, Caller } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import { checkId, checkType } from './admit.ts'
import { history } from './history.ts'
import { reference } from './left.ts'
import { patientsOf } from './patients.ts'
import type { Answered, Found, Reader } from './record.ts'
import { search } from './search/search.ts'
import { currentVersions, lockedVersions, oneVersion, type VersionRow } from './statements/read.ts'
import { instantOf } from './time.ts'

const SIZES = Array.from({ length: 64 }, (_, index) => 64 - index)
const LANES = 2
/** Reads of one type that may wait; one more is refused with `database/full`. */
const MOST_WAITING = 4_000

/** Reads for the record's own use: whoever shows what is found to somebody writes that down. */
export type Read = (type: string, id: string) => Promise<Found>

/** Opens reading: reads of one type that come close together share a statement. */
export function openRead(db: Database): Read {
  const readers = new Map<string, (id: string) => Promise<VersionRow | undefined>>()

  const readerOf = (type: string) => {
    const known = readers.get(type)
    if (known !== undefined) return known
    const made = gather<string, VersionRow | undefined>(
      async (ids) => {
        const rows = await db.quick(currentVersions(type, ids))
        if (ids.length === 1) return [rows[0]]
        const byId = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id))
      },
      { sizes: SIZES, lanes: LANES, most: MOST_WAITING },
    )
    readers.set(type, made)
    return made
  }

  return async (type, id) => found(type, await readerOf(checkType(type))(checkId(id)))
}

/** Reading within a transaction: what it has written is seen, and no second connection is needed. */
const readWithin =
  (tx: Queries): Read =>
  async (type, id) => {
    const [row] = await tx.quick(currentVersions(checkType(type), [checkId(id)]))
    return found(type, row)
  }

/** Opens what is asked of the record, each time written down before it is given. */
export function openReader(db: Queries, audit: Audit, read: Read = readWithin(db)): Reader {
  const told = async (caller: Caller, action: Action, found: Found, answered: Answered | undefined): Promise<Found> => {
    if (found.is === 'present') {
      const { type, id, version, patients } = found.version
      const status = answered === undefined ? 200 : answered(found.version)
      await audit.record(caller, { action, resources: [reference(type, id, version)], patients, status })
    }
    return found
  }
  return {
    read: async (caller, type, id, answered) => told(caller, 'read', await read(type, id), answered),
    vread: async (caller, type, id, version, answered) => {
      const [row] = await db.quick(oneVersion(checkType(type), checkId(id), version))
      return told(caller, 'vread', found(type, row), answered)
    },
    async search(caller, request) {
      const { text, type, left } = await search(db, request)
      const query = audit.query(type, request.parameters)
      await audit.record(caller, { action: 'search', ...left.about(), query, status: 200 })
      return text
    },
    async history(caller, request) {
      const { text, left } = await history(db, request)
      const query = request.parameters.length === 0 ? undefined : audit.query(request.type, request.parameters)
      await audit.record(caller, { action: 'history', ...left.about(), query, status: 200 })
      return text
    },
  }
}

/** The current versions of `ids`, locked until the transaction ends. */
export async function readLocked(tx: Queries, type: string, ids: readonly string[]): Promise<Map<string, Found>> {
  const rows = await tx.quick(lockedVersions(type, ids.toSorted()))
  return new Map(rows.map((row) => [row.id, found(type, row)]))
}

/** The meaning of a version row. */
function found(type: string, row: VersionRow | undefined): Found {
  if (row === undefined) return { is: 'unknown' }
  const { id, version, body, patient } = row
  const updated = instantOf(row.updated)
  return body === null
    ? { is: 'deleted', version, updated }
    : {
        is: 'present',
        version: { type, id, version, updated, text: body, patients: patientsOf(type, id, patient, body) },
      }
}
