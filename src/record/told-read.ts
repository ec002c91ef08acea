/** Reading by id for others, the hot path: what is read, whether it may be, and its entry in the trail are one statement. */
import { type Audit, TOGETHER as ENTRIES_TOGETHER, isNotRecorded, SEPARATOR } from '#audit'
import type { Database } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import type { Sql } from '#foundation/sql.ts'
import type { View } from './access/view.ts'
import type { Views } from './access/views.ts'
import { checkId, checkType } from './admit.ts'
import { tableOf } from './index/table.ts'
import { forEachType, found, type Read, readAlone, shownTo, told } from './read.ts'
import type { Reader } from './record.ts'
import { type ToldAsk, type ToldRow, toldVersions } from './statements/read.ts'

/** One statement at a time: measured with 32 readers, two take turns at the disk, and each answers fewer. */
const TOLD_TOGETHER = { ...ENTRIES_TOGETHER, lanes: 1 }
const READ = { action: 'read', status: 200 } as const

/** How reads of one type go for those who have one view. */
interface Way {
  /** Undefined: each by itself, as it needs more than one statement. */
  readonly together: ((ask: ToldAsk) => Promise<ToldRow | undefined>) | undefined
  readonly values: readonly unknown[]
  readonly hides: boolean
}

/**
 * Opens reading for others: reads of one type that come close together, and their entries, are one statement and one commit,
 * also where people are held to the policy. Measured, that answers a third more than two statements do. What is answered by
 * more than what is there, or isn't known from the row alone, is told of by itself.
 */
export function openToldRead(db: Database, audit: Audit, read: Read, views: Views): Reader['read'] {
  const together = (type: string, within: Sql | undefined): Way['together'] => {
    const statement = toldVersions(type, within)
    return gather(async (asked: readonly ToldAsk[]) => {
      const rows = await audit.storing(asked.length, () => db.append(statement(asked)))
      const answers: (ToldRow | undefined)[] = asked.map(() => undefined)
      for (const row of rows) answers[Number(row.at) - 1] = row
      return answers
    }, TOLD_TOGETHER)
  }
  const ofAll = forEachType((type): Way => ({ together: together(type, undefined), values: [], hides: false }))
  const ofView = openWays((type, within) => (within === undefined ? ofAll(type).together : together(type, within)))

  return async (caller, type, id, answered) => {
    const view = await views.of(caller)
    const alone = () => readAlone({ db, audit, read }, view, caller, type, id, answered)
    const way = view === undefined ? ofAll(type) : ofView(view, type)
    if (answered !== undefined || caller.gone === true || audit.spooled() || way.together === undefined) return alone()
    let row: ToldRow | undefined
    try {
      row = await way.together({ id: checkId(id), opening: audit.opening(caller, READ), values: way.values })
    } catch (error) {
      // What can't be read and told of in one may be in two: the entry then goes to the spool.
      if (audit.spooled() === undefined || !isNotRecorded(error)) throw error
      return alone()
    }
    const what = found(type, row)
    const given = view !== undefined && way.hides ? await shownTo(view, db, 'read', what) : what
    return row === undefined || row.told ? given : told(audit, caller, 'read', given, undefined)
  }
}

/** Conditions that differ in more than their values: as many as roles and scopes are put together in. */
const MOST_CONDITIONS = 1_000

/** The ways of views; reads of all who are held to the same condition go together, whatever it is about for each. */
function openWays(together: (type: string, within: Sql | undefined) => Way['together']) {
  const byText = new Map<string, Way['together']>()
  const known = new WeakMap<View, Map<string, Way>>()

  const shared = (type: string, within: Sql | undefined): Way['together'] => {
    const text = `${type} ${within?.text ?? ''}`
    if (!byText.has(text) && byText.size >= MOST_CONDITIONS) return undefined
    const one = byText.get(text) ?? together(type, within)
    byText.set(text, one)
    return one
  }
  const wayOf = (view: View, type: string): Way => {
    view.require(checkType(type), 'read')
    const within = view.condition(type, 'read')
    const values = within?.values ?? []
    const fits = isQuick(type) && !view.dependsOnRow(type, 'read') && values.every(fitsBesideOthers)
    return { together: fits ? shared(type, within) : undefined, values, hides: view.hidesSome(type, 'read') }
  }
  return (view: View, type: string): Way => {
    const ways = known.get(view) ?? new Map<string, Way>()
    known.set(view, ways)
    const way = ways.get(type) ?? wayOf(view, type)
    ways.set(type, way)
    return way
  }
}

/**
 * Whether a column tells whose a row is, or it is nobody's. Else all patients whom somebody cares for are gone through, and
 * entries and changes must not wait behind that.
 */
function isQuick(type: string): boolean {
  const { patient, compartment } = tableOf(type)
  return type === 'Patient' || patient.size > 0 || compartment.size === 0
}

const fitsBesideOthers = (value: unknown): boolean => {
  const text = String(value)
  return text !== '' && !text.includes(SEPARATOR) && !text.includes('\0')
}
