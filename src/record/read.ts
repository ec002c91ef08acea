/** Reading by id and by version. https://hl7.org/fhir/R4/http.html#read */
import type { Audit, Deed } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { gather, upTo } from '#foundation/gather.ts'
import type { View } from './access/view.ts'
import type { Views } from './access/views.ts'
import { checkId, checkType } from './admit.ts'
import { history } from './history.ts'
import { Row } from './index/row.ts'
import { reference } from './left.ts'
import { patientsOf } from './patients.ts'
import type { Answered, Asker, Found, Reader, Version } from './record.ts'
import { search } from './search/search.ts'
import {
  currentVersions,
  currentWithin,
  lockedVersions,
  lockedWithin,
  oneVersion,
  type VersionRow,
} from './statements/read.ts'
import { instantOf } from './time.ts'

const LANES = 2
/** Reads of one type that may wait; one more is refused with `database/full`. */
const MOST_WAITING = 4_000

/** Reads for the record's own use: whoever shows what is found to somebody writes that down. */
export type Read = (type: string, id: string) => Promise<Found>

/** Makes something for each type when it is first asked for. */
export function forEachType<T>(make: (type: string) => T): (type: string) => T {
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

export type Telling = Pick<Audit, 'record' | 'query'>

export async function told(
  audit: Telling,
  caller: Asker,
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
export function openReader(db: Queries, audit: Telling, views: Views): Reader {
  const read: Read = async (type, id) => found(type, (await rowsOf(db, checkType(type), [checkId(id)]))[0])
  return {
    read: async (caller, type, id, answered) =>
      readAlone({ db, audit, read }, await views.of(caller), caller, type, id, answered),
    vread: async (caller, type, id, version, answered) => {
      const view = await views.of(caller)
      if (view !== undefined) return vreadWithin(db, audit, view, caller, type, id, version, answered)
      const [row] = await db.quick(oneVersion(checkType(type), checkId(id), version))
      return told(audit, caller, 'vread', found(type, row), answered)
    },
    async search(caller, request) {
      const view = await views.of(caller)
      const { text, type, left } = await search(db, request, view)
      const query = audit.query(type, request.parameters)
      const about = left.about()
      const asked = view === undefined ? caller : view.as(caller, about.patients)
      await audit.record(asked, { action: 'search', ...about, query, status: 200 })
      return text
    },
    async history(caller, request) {
      const view = await views.of(caller)
      const { text, left } = await history(db, request, view)
      const query = request.parameters.length === 0 ? undefined : audit.query(request.type, request.parameters)
      const about = left.about()
      const asked = view === undefined ? caller : view.as(caller, about.patients)
      await audit.record(asked, { action: 'history', ...about, query, status: 200 })
      return text
    },
  }
}

interface Alone {
  readonly db: Queries
  readonly audit: Telling
  readonly read: Read
}

/** One read and its entry, each by a statement of its own. */
export const readAlone = async (
  { db, audit, read }: Alone,
  view: View | undefined,
  caller: Asker,
  type: string,
  id: string,
  answered: Answered | undefined,
): Promise<Found> =>
  view === undefined
    ? told(audit, caller, 'read', await read(type, id), answered)
    : readWithin(db, audit, view, caller, type, id, answered)

/** The current version of a resource that is within reach of `view`; one that isn't, or is deleted, is unknown. */
export async function foundWithin(
  db: Queries,
  view: View,
  type: string,
  id: string,
  interaction: 'read' | 'vread' = 'read',
): Promise<Found> {
  const condition = view.condition(checkType(type), interaction)
  if (condition === undefined) return found(type, (await db.quick(currentVersions(type, [checkId(id)])))[0])
  return found(type, (await db.shared(currentWithin(type, checkId(id), condition)))[0])
}

async function readWithin(
  db: Queries,
  audit: Telling,
  view: View,
  caller: Asker,
  type: string,
  id: string,
  answered: Answered | undefined,
): Promise<Found> {
  view.require(checkType(type), 'read')
  const what = await foundWithin(db, view, type, id)
  return toldWithin(db, audit, view, caller, 'read', what, answered)
}

/** A version of the past is seen by whoever may see it for what it says, and sees what the resource is now. */
async function vreadWithin(
  db: Queries,
  audit: Telling,
  view: View,
  caller: Asker,
  type: string,
  id: string,
  version: number,
  answered: Answered | undefined,
): Promise<Found> {
  view.require(checkType(type), 'vread')
  const now = await foundWithin(db, view, type, id, 'vread')
  if (now.is === 'unknown') return now
  const [row] = await db.quick(oneVersion(type, id, version))
  const what = found(type, row)
  if (what.is !== 'present') return what
  const [may] = await view.judge(db, 'vread', [{ type, id, row: new Row(type, JSON.parse(what.version.text)) }])
  if (!may) return { is: 'unknown' }
  return toldWithin(db, audit, view, caller, 'vread', what, answered)
}

async function toldWithin(
  db: Queries,
  audit: Telling,
  view: View,
  caller: Asker,
  action: 'read' | 'vread',
  what: Found,
  answered: Answered | undefined,
): Promise<Found> {
  if (what.is !== 'present') return what
  const shown = await shownTo(view, db, action, what)
  return told(audit, view.as(caller, what.version.patients), action, shown, answered)
}

/** What is found, without what is hidden of it. */
export async function shownTo(view: View, db: Queries, action: 'read' | 'vread', what: Found): Promise<Found> {
  if (what.is !== 'present') return what
  const { type, id, text: body } = what.version
  const [text = ''] = await view.shown(db, action, [{ type, id, body }])
  return text === body ? what : { is: 'present', version: { ...what.version, text } }
}

/** The current versions of `ids`, locked until the transaction ends; of those within reach of `view` only. */
export async function readLocked(
  tx: Queries,
  type: string,
  ids: readonly string[],
  view: View | undefined,
): Promise<Map<string, Found>> {
  const within = view?.condition(type, 'read')
  const sorted = ids.toSorted()
  const rows = await tx.quick(within === undefined ? lockedVersions(type, sorted) : lockedWithin(type, sorted, within))
  return new Map(rows.map((row) => [row.id, found(type, row)]))
}

/** The meaning of a version row. */
export function found(type: string, row: VersionRow | undefined): Found {
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
