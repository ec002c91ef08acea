/** Reading by id and by version. https://hl7.org/fhir/R4/http.html#read */
import type { Database, Queries } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import { checkId, checkType } from './admit.ts'
import { history } from './history.ts'
import type { Found, Reader } from './record.ts'
import { search } from './search/search.ts'
import { currentVersions, lockedVersions, oneVersion, type VersionRow } from './statements/read.ts'
import { instantOf } from './time.ts'

const SIZES = Array.from({ length: 64 }, (_, index) => 64 - index)
const LANES = 2
/** Reads of one type that may wait; one more is refused with `database/full`. */
const MOST_WAITING = 4_000

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
export function readerWithin(tx: Queries): Reader {
  return {
    async read(type, id) {
      const [row] = await tx.quick(currentVersions(checkType(type), [checkId(id)]))
      return found(type, row)
    },
    vread: (type, id, version) => vread(tx, type, id, version),
    search: (request) => search(tx, request),
    history: (request) => history(tx, request),
  }
}

export async function vread(db: Queries, type: string, id: string, version: number): Promise<Found> {
  const [row] = await db.quick(oneVersion(checkType(type), checkId(id), version))
  return found(type, row)
}

/** The current versions of `ids`, locked until the transaction ends. */
export async function readLocked(tx: Queries, type: string, ids: readonly string[]): Promise<Map<string, Found>> {
  const rows = await tx.quick(lockedVersions(type, ids.toSorted()))
  return new Map(rows.map((row) => [row.id, found(type, row)]))
}

/** The meaning of a version row. */
function found(type: string, row: VersionRow | undefined): Found {
  if (row === undefined) return { is: 'unknown' }
  const { id, version, body } = row
  const updated = instantOf(row.updated)
  return body === null
    ? { is: 'deleted', version, updated }
    : { is: 'present', version: { type, id, version, updated, text: body } }
}
