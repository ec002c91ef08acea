import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { sql } from '#foundation/sql.ts'
import { submit } from './bundle/submit.ts'
import { history } from './history.ts'
import { openRead, vread } from './read.ts'
import type { HealthRecord } from './record.ts'
import { openReferences, type ReferencePolicy } from './references.ts'
import { search } from './search/search.ts'
import { create, deleteOne, patch, type Tools, update } from './write/change.ts'
import { conditionalCreate, deleteMatching, patchMatching, updateMatching } from './write/conditional.ts'
import { openInsert } from './write/store.ts'

interface RecordOptions {
  readonly db: Database
  readonly references: ReferencePolicy
  /** Told of what nobody foresaw and no caller is thrown: a batch goes on after it. */
  readonly log: Log
}

/** Opens the record over a database that has been migrated. It owns no connection and starts no timer. */
export function openRecord({ db, references: policy, log }: RecordOptions): HealthRecord {
  const references = openReferences(db, policy)
  const tools: Tools = { db, read: openRead(db), insert: openInsert(db), references }
  const record: HealthRecord = {
    read: tools.read,
    vread: (type, id, version) => vread(db, type, id, version),
    create: (type, text, ifNoneExist) =>
      ifNoneExist === undefined ? create(tools, type, text) : conditionalCreate(tools, type, text, ifNoneExist),
    update: (type, id, text, when) => update(tools, type, id, text, when),
    updateWhere: (type, criteria, text, when) => updateMatching(tools, type, criteria, text, when),
    patch: (type, id, change, when) => patch(tools, type, id, change, when),
    patchWhere: (type, criteria, change, when) => patchMatching(tools, type, criteria, change, when),
    delete: (type, id, when) => deleteOne(tools, type, id, when),
    deleteWhere: (type, criteria) => deleteMatching(tools, type, criteria),
    history: (request) => history(db, request),
    search: (request) => search(db, request),
    submit: (bundle, base, key) => submit({ db, record, references, log }, bundle, base, key),
    async ask() {
      await db.quick(sql`SELECT 1`)
    },
    async [Symbol.asyncDispose]() {},
  }
  return record
}
