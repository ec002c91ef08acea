/** Opens what has become due since the last look, however long ago that was. */
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { at, instant } from '#foundation/timestamp.ts'
import type { Procedure } from './catalogue.ts'
import { planText } from './occurrence.ts'
import { dueBetween } from './schedule.ts'
import {
  addEvent,
  addOccurrence,
  type EventRow,
  knowProcedures,
  missFormer,
  recordedUntil,
} from './statements/procedures.ts'
import type { EventName } from './terms.ts'

export interface Opening {
  readonly control: Database
  readonly procedures: readonly Procedure[]
  readonly zone: string
  readonly nowMs: number
  readonly eventOf: (what: EventName, by: undefined) => EventRow
  readonly log: Log
}

const MINUTE_MS = 60_000
/** Of a longer absence only the latest have records: some months of hand-overs. */
const MOST_AT_ONCE = 400

/**
 * Each occurrence is added by one statement that adds it once, whoever else does the same; whatever is open and older than
 * the newest is given up as missed. Stopping anywhere is safe: the next look goes on from what is there.
 */
export async function openDue({ control, procedures, zone, nowMs, eventOf, log }: Opening): Promise<void> {
  const now = at(nowMs)
  const names = procedures.map(({ name }) => name)
  let known = await control.rows(recordedUntil())
  if (names.some((name) => !known.some(({ procedure }) => procedure === name))) {
    await control.rows(knowProcedures(names, now))
    known = await control.rows(recordedUntil())
  }
  for (const procedure of procedures) {
    const { name, times, withinMinutes } = procedure
    const until = known.find((one) => one.procedure === name)?.until
    if (until === undefined) continue
    const due = dueBetween({ times, zone }, Date.parse(instant(until)), nowMs, MOST_AT_ONCE)
    const newest = due.at(-1)
    if (newest === undefined) continue
    await control.transaction(async (tx) => {
      for (const dueMs of due) {
        const row = {
          id: newId(),
          procedure: name,
          due: at(dueMs),
          late: at(dueMs + withinMinutes * MINUTE_MS),
          zone,
          plan: planText(procedure),
        }
        const [added] = await tx.rows(addOccurrence(row, now))
        if (added !== undefined) await tx.rows(addEvent(added.id, eventOf('opened', undefined)))
      }
      for (const { id } of await tx.rows(missFormer(name, at(newest), now))) {
        await tx.rows(addEvent(id, eventOf('missed', undefined)))
        log.warn({ procedure: name, occurrence: id }, 'a daily procedure was missed: nobody finished it')
      }
    })
    log.info({ procedure: name, opened: due.length }, 'a daily procedure is due')
  }
}
