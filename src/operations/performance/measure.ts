/** One database, measured: what its statistics say, and which index a slow statement would need. */
import type { Database } from '#foundation/database.ts'
import { sqlState } from '#foundation/database-errors.ts'
import { instant } from '#foundation/timestamp.ts'
import type { Limits } from './limits.ts'
import { adviceFor, canExplain, fullScansOf, quoted } from './plan.ts'
import {
  indexes,
  programs,
  type SessionRow,
  type StatementRow,
  schemaOf,
  server,
  sessions,
  statements,
  tables,
} from './statements/statistics.ts'
import type { ActiveSession, DatabaseName, DatabasePerformance, StatementLoad } from './terms.ts'
import { programName, withoutLiterals } from './without-literals.ts'

const MOST_STATEMENTS = 25
const MOST_SESSIONS = 50
const MOST_TABLES = 50
/** Each is a plan. */
const MOST_EXPLAINED = 10

export interface Measured {
  readonly performance: DatabasePerformance
  /** Writes to a table make an unused index cost: rows written, by index. */
  readonly written: ReadonlyMap<string, number>
  readonly advice: readonly Advice[]
  /** Why statements are not counted, in the words of who mends it. */
  readonly uncounted?: string
}

/** A slow statement that reads a table in full, and what would spare it. */
export interface Advice {
  readonly statement: StatementLoad
  readonly table: string
  readonly index: string
}

/** A database that is measured: read with the statistics role, and planned with the role that runs the application's statements. */
export interface Measurable {
  readonly name: DatabaseName
  readonly db: Database
  /** Opens it as that role, for the length of a report; nothing where that can't be. */
  readonly asRole: (role: string) => Promise<Database | undefined>
  readonly embedded: boolean
}

export async function measure({ name, db, asRole, embedded }: Measurable, limits: Limits): Promise<Measured> {
  const [about] = await db.rows(server())
  if (about === undefined) throw new Error('the database does not tell of itself')
  const counted = await countedIn(db, embedded)
  const [active, used, unused, all] = await Promise.all([
    db.rows(sessions(MOST_SESSIONS)),
    db.rows(programs(limits.forgottenSeconds, MOST_SESSIONS)),
    db.rows(indexes(MOST_TABLES)),
    db.rows(tables(MOST_TABLES)),
  ])
  const [hit, read] = [Number(about.hit), Number(about.read)]
  const performance: DatabasePerformance = {
    database: name,
    version: about.version,
    since: instant(about.since),
    bytes: Number(about.size),
    connections: { used: about.used, most: about.most },
    cached: hit / Math.max(1, hit + read),
    ...('rows' in counted && { statements: counted.rows.map(loadOf) }),
    active: active.map(sessionOf),
    programs: used.map(({ program, user, sessions: count, idle, intransaction, forgotten, longest }) => ({
      program: programName(program),
      user: user ?? '',
      sessions: count,
      idle,
      idleInTransaction: intransaction,
      forgotten,
      longestIdleSeconds: Math.round(Number(longest)),
    })),
    indexes: unused.map(({ index, table, scans, size, unique, valid, same }) => ({
      index,
      table,
      scans: Number(scans),
      bytes: Number(size),
      isUnique: unique,
      isValid: valid,
      ...(same !== null && { sameAs: same }),
    })),
    tables: all.map(({ table, rows, dead, size, seqscans, seqrows, idxscans, changed, analyzed, vacuumed }) => ({
      table,
      rows: Number(rows),
      dead: Number(dead),
      bytes: Number(size),
      seqScans: Number(seqscans),
      seqRows: Number(seqrows),
      indexScans: Number(idxscans),
      changedSinceAnalyze: Number(changed),
      ...(analyzed !== null && { analyzed: instant(analyzed) }),
      ...(vacuumed !== null && { vacuumed: instant(vacuumed) }),
    })),
  }
  return {
    performance,
    written: new Map(unused.map(({ index, written }) => [index, Number(written)])),
    advice: 'rows' in counted ? await advise(counted.rows, about.number, performance, { asRole, limits }) : [],
    ...('why' in counted && { uncounted: counted.why }),
  }
}

async function countedIn(db: Database, embedded: boolean): Promise<{ rows: StatementRow[] } | { why: string }> {
  const [extension] = await db.rows(schemaOf('pg_stat_statements'))
  if (extension === undefined)
    return {
      why: "Set shared_preload_libraries = 'pg_stat_statements' on that server, start it anew, then CREATE EXTENSION pg_stat_statements; in its database, as a superuser.",
    }
  try {
    return { rows: await db.rows(statements(extension.schema, MOST_STATEMENTS)) }
  } catch (error) {
    if (sqlState(error) !== '55000') throw error
    return {
      why: embedded
        ? 'Stop OmniCare and start it again: its PostgreSQL counts statements from then on.'
        : "Set shared_preload_libraries = 'pg_stat_statements' on that server, start it anew, and report again.",
    }
  }
}

const loadOf = ({ id, text, user, calls, mean, max, total, rows, cached }: StatementRow): StatementLoad => ({
  id,
  text: withoutLiterals(text),
  user: user ?? '',
  calls: Number(calls),
  meanMs: Number(mean),
  maxMs: Number(max),
  totalMs: Number(total),
  rows: Number(rows),
  cached: Number(cached),
})

const sessionOf = ({
  pid,
  user,
  program,
  state,
  seconds,
  transaction,
  waits,
  blockers,
  text,
}: SessionRow): ActiveSession => ({
  pid,
  user: user ?? '',
  program: programName(program),
  state,
  seconds: Number(seconds),
  ...(transaction !== null && { transactionSeconds: Number(transaction) }),
  ...(waits !== null && { waitsFor: waits }),
  blockedBy: blockers === '' ? [] : blockers.split(',').map(Number),
  text: withoutLiterals(text),
})

/** Plans the slow statements of the application's own roles, and says which index each lacks. */
async function advise(
  rows: readonly StatementRow[],
  version: number,
  { tables: known }: DatabasePerformance,
  { asRole, limits }: { readonly asRole: Measurable['asRole']; readonly limits: Limits },
): Promise<Advice[]> {
  const slow = rows
    .filter(
      ({ mean, calls, text }) =>
        Number(mean) >= limits.slowMs && Number(calls) >= limits.slowCalls && canExplain(version, text),
    )
    .slice(0, MOST_EXPLAINED)
  const found: Advice[] = []
  for (const role of new Set(slow.flatMap(({ user }) => (user === null ? [] : [user])))) {
    const db = await asRole(role)
    if (db === undefined) continue
    await using _ = db
    for (const row of slow.filter(({ user }) => user === role))
      for (const scan of await fullScansOf(db, row.text)) {
        const table = `${quoted(scan.schema)}.${quoted(scan.table)}`
        const size = known.find((one) => one.table === table)?.rows ?? 0
        const index = size >= limits.fullScanRows ? await adviceFor(db, scan) : undefined
        if (index !== undefined) found.push({ statement: loadOf(row), table, index })
      }
  }
  return found
}
