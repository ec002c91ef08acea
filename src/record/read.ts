/** Reading by id and by version. https://hl7.org/fhir/R4/http.html#read */
import { type Audit, type Caller, type Deed, TOGETHER as ENTRIES_TOGETHER, isNotRecorded } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { gather, upTo } from '#foundation/gather.ts'
import { checkId, checkType } from './admit.ts'
import { history } from './history.ts'
import { reference } from './left.ts'
import { patientsOf } from './patients.ts'
import type { Answered, Found, Reader, Version } from './record.ts'
import { search } from './search/search.ts'
import {
  currentVersions,
  lockedVersions,
  oneVersion,
  type ToldRow,
  toldVersions,
  type VersionRow,
} from './statements/read.ts'
import { instantOf } from './time.ts'

const LANES = 2
/** Reads of one type that may wait; one more is refused with `database/full`. */
const MOST_WAITING = 4_000

/** Reads for the record's own use: whoever shows what is found to somebody writes that down. */
export type Read = (type: string, id: string) => Promise<Found>

/** Makes something for each type when it is first asked for. */
function forEachType<T>(make: (type: string) => T): (type: string) => T {
  const made = new Map<string, T>()
  return (type) => {
    let one = made.get(type)
    if (one === undefined) {
      one = make(checkType(type))
      made.set(type, one)
    }
    return one
  }
}

/** One statement at a time: measured with 32 readers, two take turns at the disk, and each answers fewer. */
const TOLD_TOGETHER = { ...ENTRIES_TOGETHER, lanes: 1 }
const TOGETHER = { sizes: upTo(64), lanes: LANES, most: MOST_WAITING }

/** The rows of `ids`, in their order. */
async function rowsOf(db: Queries, type: string, ids: readonly string[]): Promise<(VersionRow | undefined)[]> {
  const rows = await db.quick(currentVersions(type, ids))
  if (ids.length === 1) return [rows[0]]
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id))
}

/** Opens reading: reads of one type that come close together share a statement. */
export function openRead(db: Database): Read {
  const readerOf = forEachType((type) => gather((ids: readonly string[]) => rowsOf(db, type, ids), TOGETHER))
  return async (type, id) => found(type, await readerOf(type)(checkId(id)))
}

type Telling = Pick<Audit, 'record' | 'query'>

interface Asked {
  readonly id: string
  readonly opening: string
}

/**
 * Opens reading for others: reads of one type that come close together, and their entries, are one statement and one commit.
 * Measured, that answers a third more than two statements do. What is answered by more than what is there, or isn't known
 * from the row alone, is told of by itself.
 */
export function openToldRead(db: Database, audit: Audit, read: Read): Reader['read'] {
  const readerOf = forEachType((type) =>
    gather(async (asked: readonly Asked[]) => {
      const ids = asked.map(({ id }) => id)
      const openings = asked.map(({ opening }) => opening)
      const rows = await audit.storing(asked.length, () => db.append(toldVersions(type, ids, openings)))
      const answers: (ToldRow | undefined)[] = asked.map(() => undefined)
      for (const row of rows) answers[Number(row.at) - 1] = row
      return answers
    }, TOLD_TOGETHER),
  )
  return async (caller, type, id, answered) => {
    if (answered !== undefined || audit.spooled()) return told(audit, caller, 'read', await read(type, id), answered)
    const reader = readerOf(type)
    let row: ToldRow | undefined
    try {
      row = await reader({ id: checkId(id), opening: audit.opening(caller, READ) })
    } catch (error) {
      // What can't be read and told of in one may be in two: the entry then goes to the spool.
      if (audit.spooled() === undefined || !isNotRecorded(error)) throw error
      return told(audit, caller, 'read', await read(type, id), answered)
    }
    const what = found(type, row)
    return row === undefined || row.told ? what : told(audit, caller, 'read', what, answered)
  }
}

const READ = { action: 'read', status: 200 } as const

async function told(
  audit: Telling,
  caller: Caller,
  action: 'read' | 'vread',
  what: Found,
  answered: Answered | undefined,
): Promise<Found> {
  if (what.is === 'present') await audit.record(caller, readDeed(action, what.version, answered))
  return what
}

function readDeed(action: 'read' | 'vread', version: Version, answered: Answered | undefined): Deed {
  const { type, id, version: number, patients } = version
  const status = answered === undefined ? 200 : answered(version)
  return { action, resources: [reference(type, id, number)], patients, status }
}

/** Opens what is asked of the record, each time written down before it is given. */
export function openReader(db: Queries, audit: Telling): Reader {
  return {
    read: async (caller, type, id, answered) => {
      const [row] = await rowsOf(db, checkType(type), [checkId(id)])
      return told(audit, caller, 'read', found(type, row), answered)
    },
    vread: async (caller, type, id, version, answered) => {
      const [row] = await db.quick(oneVersion(checkType(type), checkId(id), version))
      return told(audit, caller, 'vread', found(type, row), answered)
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
