import type { Registry } from 'prom-client'
import { type Audit, appendNothing } from '#audit'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { sql } from '#foundation/sql.ts'
import { breakGlass, openedCharts } from './access/break-glass.ts'
import type { Policy } from './access/policy.ts'
import { mayAll } from './access/reach.ts'
import { openViews } from './access/views.ts'
import { submit } from './bundle/submit.ts'
import { recordFaults } from './faults.ts'
import { openRead, openReader } from './read.ts'
import type { HealthRecord } from './record.ts'
import { openReferences, type ReferencePolicy } from './references.ts'
import { openTally } from './tally.ts'
import { openToldRead } from './told-read.ts'
import { create, deleteOne, patch, type Tools, update } from './write/change.ts'
import { conditionalCreate, deleteMatching, patchMatching, updateMatching } from './write/conditional.ts'
import { openInsert } from './write/store.ts'

interface RecordOptions {
  readonly db: Database
  /** Of the same database: entries are stored together with what they tell of. */
  readonly audit: Audit
  readonly references: ReferencePolicy
  readonly policy: Policy
  readonly metrics: Registry
  /** Told of what nobody foresaw and no caller is thrown: a batch goes on after it. */
  readonly log: Log
}

/** Opens the record over a database that has been migrated. It owns no connection and starts no timer. */
export function openRecord({ db, audit, references: checked, policy, metrics, log }: RecordOptions): HealthRecord {
  const references = openReferences(db, checked)
  const views = openViews(db, policy)
  const tally = openTally(metrics)
  const read = openRead(db)
  /** One at a time: behind a lock it holds up what comes after it. */
  let asking: Promise<unknown> | undefined
  const tools: Tools = { db, audit, read, insert: openInsert(db), references, views, tally }
  const record: HealthRecord = {
    ...openReader(db, audit, views),
    read: openToldRead(db, audit, read, views),
    create: (caller, type, text, ifNoneExist) =>
      ifNoneExist === undefined
        ? create(tools, caller, type, text)
        : conditionalCreate(tools, { caller, action: 'create' }, type, text, ifNoneExist),
    update: (caller, type, id, text, when) => update(tools, { caller }, type, id, text, when),
    updateWhere: (caller, type, criteria, text, when) => updateMatching(tools, caller, type, criteria, text, when),
    patch: (caller, type, id, change, when) => patch(tools, { caller }, type, id, change, when),
    patchWhere: (caller, type, criteria, change, when) => patchMatching(tools, caller, type, criteria, change, when),
    delete: (caller, type, id, when) => deleteOne(tools, { caller }, type, id, when),
    deleteWhere: (caller, type, criteria) => deleteMatching(tools, caller, type, criteria),
    submit: (caller, bundle, base, key) =>
      submit({ db, audit, record, references, views, tally, log }, caller, bundle, base, key),
    require(caller, type, interaction) {
      const { access } = caller
      if (access === null || !mayAll(policy, access, type, interaction)) throw recordFaults['not-permitted']()
    },
    breakGlass: (caller, patient, reason) => breakGlass({ db, audit, views }, caller, patient, reason),
    openedCharts: (caller, page) => openedCharts({ db, audit, views }, caller, page),
    // Nothing is answered that can't be written down: a record without an intake is none.
    async ask() {
      await db.quick(sql`SELECT 1`)
      if (audit.spooled() !== undefined) return
      asking ??= audit
        .storing(0, () => db.append(appendNothing))
        .finally(() => {
          asking = undefined
        })
      await asking
    },
    async [Symbol.asyncDispose]() {},
  }
  return record
}
