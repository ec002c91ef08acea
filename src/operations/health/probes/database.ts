/** The probes of one database server: up, connections, locks, standbys, checksums, transaction ids, dead rows, clock. */
import { type Lone, LoneFailed } from '#foundation/lone.ts'
import type { Sql } from '#foundation/sql.ts'
import { type Answer, fail, limited, type Probe, pass, warn } from '../probe.ts'
import * as server from '../statements/server.ts'
import { clockAnswer } from './clock.ts'

export interface DatabaseProbeOptions {
  readonly name: 'record' | 'control'
  readonly lone: Lone
  /** What depends on the database. */
  readonly carries: string
  readonly nowMs: () => number
}

/** Percent. */
const CONNECTIONS = { warned: 80, failed: 95 }
const LOCK_SECONDS = { warned: 10, failed: 60 }
const OPEN_SECONDS = { warned: 300, failed: 3_600 }
const LAG_SECONDS = { warned: 10, failed: 30 }
/** PostgreSQL itself begins to hurry at 200 million, and takes no more changes shortly before 2,147 million. */
const AGE = { warned: 1_000_000_000, failed: 1_600_000_000 }
const DEAD_ROWS = 50_000
const DEAD_PERCENT = { warned: 30, failed: 101 }
const SECONDS = 's'

export function databaseProbes({ name, lone, carries, nowMs }: DatabaseProbeOptions): Probe[] {
  const up = `${name}:database` as const
  const bearing = { section: 'database', through: up, timeoutSeconds: 3, carries } as const
  /** The first row, made an answer of. */
  const asking =
    <Row>(statement: () => Sql<Row>, answer: (row: Row | undefined) => Answer) =>
    async (signal: AbortSignal): Promise<Answer> => {
      try {
        return answer((await lone.rows(statement(), signal))[0])
      } catch (error) {
        if (error instanceof LoneFailed) return fail(`The ${name} database does not say: ${error.message}.`)
        throw error
      }
    }

  return [
    {
      name: up,
      asks: `Does the ${name} database answer?`,
      section: 'database',
      criticality: 'critical',
      bears: 'service',
      carries,
      everySeconds: 5,
      timeoutSeconds: 3,
      live: true,
      runbook: 'docs/runbooks/database-does-not-answer.md',
      async ask(signal) {
        try {
          const [row] = await lone.rows(server.version(), signal)
          return pass({ detail: `PostgreSQL ${row?.version}${row?.standby ? ', a standby' : ''}` })
        } catch (error) {
          if (error instanceof LoneFailed) return fail(`The ${name} database does not answer: ${error.message}.`)
          throw error
        }
      },
    },
    {
      ...bearing,
      name: `${name}:connections`,
      asks: `Has the ${name} database connections left?`,
      criticality: 'high',
      bears: 'service',
      everySeconds: 15,
      steady: 2,
      runbook: 'docs/runbooks/connections-run-out.md',
      ask: asking(server.connections, (row) => {
        const { application = '', used = 0, all = 0, most = 1 } = row ?? {}
        const says = 'Few connections are left: somebody may be leaking them.'
        const detail = `${all} of ${most} are used, ${used} of them by ${application || 'somebody without a name'}`
        return limited(Math.round((all / most) * 1000) / 10, { ...CONNECTIONS, says, detail, unit: '% used' })
      }),
    },
    {
      ...bearing,
      name: `${name}:locks`,
      asks: `Does anybody wait long for a lock in the ${name} database?`,
      criticality: 'high',
      bears: 'service',
      everySeconds: 15,
      runbook: 'docs/runbooks/long-locks.md',
      ask: asking(server.longestWait, (row) => {
        if (row === undefined) return pass({ observed: 0, unit: SECONDS })
        const { pid, waits, by, application, open } = row
        const holder = `process ${by} (${application})${open === null ? '' : `, open for ${Math.round(open)} s`}`
        const detail = `process ${pid} waits for ${holder}`
        return limited(rounded(waits), { ...LOCK_SECONDS, says: 'A lock is waited for.', detail, unit: SECONDS })
      }),
    },
    {
      ...bearing,
      name: `${name}:transactions`,
      asks: `Is a transaction open for too long in the ${name} database?`,
      criticality: 'medium',
      bears: 'care',
      everySeconds: 30,
      runbook: 'docs/runbooks/long-locks.md',
      ask: asking(server.longestTransaction, (row) => {
        if (row === undefined) return pass({ observed: 0, unit: SECONDS })
        const detail = `process ${row.pid} (${row.application})`
        const says = 'A transaction has been open for long: what it holds is kept, and dead rows pile up.'
        return limited(rounded(row.open), { ...OPEN_SECONDS, says, detail, unit: SECONDS })
      }),
    },
    {
      ...bearing,
      name: `${name}:replication`,
      asks: `Are the standbys of the ${name} database close behind?`,
      criticality: 'high',
      bears: 'care',
      everySeconds: 15,
      runbook: 'docs/runbooks/standby-behind.md',
      ask: asking(server.replication, (row) => {
        const { standbys = 0, lag, idle = 0, lost = 0 } = row ?? {}
        const detail = `${standbys} ${standbys === 1 ? 'standby' : 'standbys'}, ${idle} slots that nobody reads`
        if (lost > 0) return fail('A standby has lost its place and must be made anew.', { detail })
        if (idle > 0) return warn('A standby that there was is gone, and the journal is kept for it.', { detail })
        const says = 'A standby is behind: what it does not have would be lost with the server.'
        return limited(rounded(lag ?? 0), { ...LAG_SECONDS, says, detail, unit: SECONDS })
      }),
    },
    {
      ...bearing,
      name: `${name}:checksums`,
      asks: `Has the ${name} database found damaged pages?`,
      criticality: 'critical',
      bears: 'care',
      everySeconds: 60,
      runbook: 'docs/runbooks/damaged-pages.md',
      ask: asking(server.checksums, (row) => {
        const failures = Number(row?.failures ?? 0)
        const observed = { observed: failures, unit: 'pages' }
        if (failures > 0) {
          const detail = row?.last == null ? {} : { detail: `the last at ${row.last}` }
          return fail('Pages on the disk are damaged: restore them before they are needed.', { ...observed, ...detail })
        }
        if (row?.on === false) return warn('Checksums are off: damage on the disk would go unseen.', observed)
        return pass(observed)
      }),
    },
    {
      ...bearing,
      name: `${name}:wraparound`,
      asks: `Has the ${name} database enough transaction ids ahead?`,
      criticality: 'high',
      bears: 'care',
      everySeconds: 300,
      runbook: 'docs/runbooks/transaction-ids-run-out.md',
      ask: asking(server.oldest, (row) => {
        const { database = '', age = 0, multixacts = 0 } = row ?? {}
        const says = 'Old rows are not frozen fast enough: in the end the server takes no more changes.'
        const detail = `database ${database}: ${age} transactions, ${multixacts} multixacts`
        return limited(Math.max(age, multixacts), { ...AGE, says, detail, unit: 'transactions old' })
      }),
    },
    {
      ...bearing,
      name: `${name}:bloat`,
      asks: `Are the tables of the ${name} database free of dead rows?`,
      criticality: 'low',
      bears: 'care',
      everySeconds: 900,
      timeoutSeconds: 5,
      runbook: 'docs/runbooks/dead-rows.md',
      ask: asking(
        () => server.mostDead(DEAD_ROWS),
        (row) => {
          if (row === undefined) return pass({ observed: 0, unit: '% dead' })
          const [live, dead] = [Number(row.live), Number(row.dead)]
          const says = 'A table is full of dead rows: it takes room and slows searches down.'
          const detail = `${row.name}: ${dead} dead beside ${live}`
          return limited(Math.round((dead / (live + dead)) * 100), { ...DEAD_PERCENT, says, detail, unit: '% dead' })
        },
      ),
    },
    {
      ...bearing,
      name: `clock:${name}`,
      asks: `Do this machine and the ${name} database have the same time?`,
      section: 'cluster',
      criticality: 'high',
      bears: 'service',
      everySeconds: 60,
      steady: 2,
      runbook: 'docs/runbooks/clocks-differ.md',
      async ask(signal) {
        const began = nowMs()
        const answer = asking(server.clock, (row) => {
          const ended = nowMs()
          return clockAnswer({ theirsMs: Number(row?.ms), began, ended, whose: `the ${name} database's` })
        })
        return answer(signal)
      },
    },
  ]
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000
