/**
 * One way to PostgreSQL for every room.
 *
 * Short reads that go by key share two pipelined connections: measured, that is more than twice as fast as a pool. In a
 * pipeline a slow statement holds up those behind it, so what waits for the disk has two of its own, and everything that
 * may take long or wait for a lock, and every transaction, has a connection of its own from the pool.
 */
import pg from 'pg'
import { copyIn, copyOut } from './copy.ts'
import { asFault, asFaultOfChange, isReadOnly, isVictim, sqlState } from './database-errors.ts'
import { databaseFaults } from './database-faults.ts'
import { Fault } from './fault.ts'
import type { Log } from './log.ts'
import { openPipelines, preparer } from './pipeline.ts'
import { openShare } from './share.ts'
import { type Sql, sql } from './sql.ts'

export interface DatabaseOptions {
  readonly url: string
  /** Connections for transactions and long statements. */
  readonly connections: number
  readonly statementTimeoutMs: number
  /** The role that every session takes on, with fewer rights than the user it signs in as; its user's when absent. */
  readonly role?: string
  readonly log: Log
}

interface Load {
  /** Connections that work for somebody, and those that wait for work. */
  readonly busy: number
  readonly idle: number
  readonly most: number
  /** Who waits for a connection, and statements that wait in the pipelines. */
  readonly waiting: number
}

export interface Queries {
  /** Stores `CopyRows` by `COPY … FROM STDIN (FORMAT binary)`. For more than a few rows. */
  copy(statement: Sql, rows: Buffer): Promise<void>
  /**
   * Reads many rows by `COPY … TO STDOUT (FORMAT binary)`, each given to `row` as it comes: its fields as PostgreSQL's own
   * bytes, empty for NULL, which are gone when `row` returns. The statement takes no parameters, only literals.
   */
  stream(statement: Sql, row: (fields: readonly Buffer[]) => void): Promise<void>
  /** For statements whose best plan depends on the values: planned anew each time. */
  rows<Row>(statement: Sql<Row>): Promise<Row[]>
  /** For statements that go by key, wait for nobody and take well under a millisecond: prepared once for each connection. */
  quick<Row>(statement: Sql<Row>): Promise<Row[]>
  /** The same for storing what nobody else can be changing: it waits for the disk, where reads must not wait with it. */
  append<Row>(statement: Sql<Row>): Promise<Row[]>
  /** The same for changing what others may be changing too: it may wait for their locks, on a connection of its own. */
  change<Row>(statement: Sql<Row>): Promise<Row[]>
  /** For short reads that many make at once: outside a transaction, those with the same text that come close together go as one (share.ts). */
  shared<Row>(statement: Sql<Row>): Promise<Row[]>
}

/**
 * Order among calls isn't promised. Past the time limit a statement ends with `database/too-costly`; without a
 * connection with `database/unreachable`, without a free one with `database/full`. A change whose connection is lost
 * before the answer may have been stored: `database/outcome-unknown`.
 */
export interface Database extends Queries, AsyncDisposable {
  /** How much of the pool is in use at this moment. */
  load(): Load
  /**
   * Commits when `work` resolves, else leaves nothing behind. Repeats `work` when PostgreSQL chose it as a deadlock's
   * victim. After the time of TRANSACTION_TIMEOUTS statements it begins no other: `database/too-costly`.
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>
  /** How long the one has waited who waits longest for a connection of the pool, in ms; 0 when nobody does. */
  longestWaitMs(): number
}

const LONGEST_WAIT_MS = 5_000
const MOST_WAITING = 500
const LOCK_TIMEOUT_MS = 10_000
/** What is appended waits for nobody; behind a table that somebody has locked each next statement would wait as long again. */
const APPEND_LOCK_TIMEOUT_MS = 2_000
const TRIES = 5
/** Many statements that each end in time could hold a connection and their locks for hours. */
const TRANSACTION_TIMEOUTS = 4

const whyReadOnly = sql<{
  full: boolean
}>`SELECT coalesce(current_setting('omnicare.no_space', true) = 'on', false) AS full`

/** Opens connections as they are needed; throws `database/unreachable` when the first can't be made. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, connections, statementTimeoutMs, role, log } = options
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: 'omnicare',
    statement_timeout: statementTimeoutMs,
    // Shorter than a statement may take: else that one would come first, and call a lock a search that asks for too much.
    lock_timeout: Math.min(LOCK_TIMEOUT_MS, Math.ceil(statementTimeoutMs / 2)),
    idle_in_transaction_session_timeout: 60_000,
    options: `-c timezone=UTC -c datestyle=ISO${role === undefined ? '' : ` -c role=${role}`}`,
    pipeline: true,
    types: asText,
    keepAlive: true,
    connectionTimeoutMillis: LONGEST_WAIT_MS,
  }
  const pool = new pg.Pool({ ...config, max: connections })
  const lost = (error: Error) => log.warn({ err: error }, 'a database connection was lost')
  pool.on('error', lost)
  // The pool listens to idle connections only; one that is lost while it is lent would end the process. Who has borrowed
  // it is told by the statement that fails.
  pool.on('connect', (client) => void client.on('error', lost))
  const prepared = preparer()
  const reading = openPipelines(config, log)
  const lock_timeout = Math.min(APPEND_LOCK_TIMEOUT_MS, Math.ceil(statementTimeoutMs / 2))
  const appending = openPipelines({ ...config, lock_timeout }, log)

  const cause = async (error: unknown): Promise<unknown> => {
    if (!isReadOnly(error)) return asFault(error)
    const [why] = await reading.send<{ full: boolean }>(prepared(whyReadOnly)).catch(() => [])
    return why?.full ? databaseFaults['no-space']() : asFault(error)
  }
  const rethrow = async (error: unknown): Promise<never> => {
    throw await cause(error)
  }
  const rethrowOfChange = (error: unknown): Promise<never> => rethrow(asFaultOfChange(error))
  const quick: Queries['quick'] = (statement) => reading.send<never>(prepared(statement)).catch(rethrow)

  const queries = (client: pg.ClientBase): Queries => {
    const prepare: Queries['quick'] = async (statement) => (await client.query(prepared(statement))).rows as never[]
    return {
      rows: async (statement) =>
        (await client.query({ text: statement.text, values: [...statement.values] })).rows as never[],
      quick: prepare,
      append: prepare,
      change: prepare,
      shared: prepare,
      copy: (statement, rows) => copyIn(client, statement.text, rows),
      stream: (statement, row) => copyOut(client, statement.text, row),
    }
  }

  /** When each began who waits for a connection, in order. */
  const waits = new Set<{ readonly since: number }>()
  const borrow = async <T>(work: (client: pg.PoolClient, discard: () => void) => Promise<T>): Promise<T> => {
    if (pool.waitingCount >= MOST_WAITING) throw databaseFaults.full()
    const waited = pool.totalCount >= connections
    // Where one is idle for whoever comes there is no wait to speak of, and nothing to write down.
    const wait = pool.idleCount > pool.waitingCount ? undefined : { since: performance.now() }
    if (wait !== undefined) waits.add(wait)
    const client = await pool.connect().catch((error: unknown) => {
      if (wait !== undefined) waits.delete(wait)
      throw waited && /timeout/.test(String(error)) ? databaseFaults.full() : asFault(error)
    })
    if (wait !== undefined) waits.delete(wait)
    let usable = true
    const discard = () => {
      usable = false
    }
    try {
      return await work(client, discard)
    } catch (error) {
      if (!(error instanceof Fault) && sqlState(error) === undefined) discard()
      throw error
    } finally {
      client.release(!usable)
    }
  }

  const attempt = <T>(work: (tx: Queries) => Promise<T>): Promise<T> =>
    borrow(async (client, discard) => {
      const tx = until(performance.now() + TRANSACTION_TIMEOUTS * statementTimeoutMs, queries(client))
      try {
        // Not awaited: what follows is sent right behind it, and fails with it.
        client.query('BEGIN').catch(() => undefined)
        const result = await work(tx)
        // A failed transaction's COMMIT resolves, as ROLLBACK: whoever swallowed the failure must not be told "done".
        const { command } = await client.query('COMMIT').catch((error: unknown) => {
          throw asFaultOfChange(error)
        })
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back')
        return result
      } catch (error) {
        // What went wrong first is told; a connection that can't be rolled back is given up, and PostgreSQL does it then.
        await client.query('ROLLBACK').catch(discard)
        throw error
      }
    })

  const db: Database = {
    quick,
    append: (statement) => appending.send<never>(prepared(statement)).catch(rethrowOfChange),
    change: (statement) => borrow((client) => queries(client).change(statement)).catch(rethrowOfChange),
    shared: openShare(quick),
    rows: (statement) => borrow((client) => queries(client).rows(statement)).catch(rethrow),
    copy: (statement, rows) => borrow((client) => queries(client).copy(statement, rows)).catch(rethrowOfChange),
    stream: (statement, row) => borrow((client) => queries(client).stream(statement, row)).catch(rethrow),
    async transaction(work) {
      for (let tried = 1; ; tried++) {
        try {
          return await attempt(work)
        } catch (error) {
          if (tried >= TRIES || !isVictim(error)) throw await cause(error)
        }
      }
    },
    longestWaitMs() {
      const [longest] = waits
      return longest === undefined ? 0 : performance.now() - longest.since
    },
    load: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      most: connections,
      waiting: pool.waitingCount + reading.waiting() + appending.waiting(),
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.end(), reading.end(), appending.end()])
    },
  }
  await db.quick(sql`SELECT 1`)
  return db
}

/** The same, until `deadline` of performance.now(). */
function until(deadline: number, queries: Queries): Queries {
  const inTime =
    <Given extends unknown[], Result>(send: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      if (performance.now() > deadline) throw databaseFaults['too-costly']()
      return send(...given)
    }
  const { copy, stream, rows, quick, append, change, shared } = queries
  return {
    copy: inTime(copy),
    stream: inTime(stream),
    rows: inTime(rows) as Queries['rows'],
    quick: inTime(quick) as Queries['quick'],
    append: inTime(append) as Queries['append'],
    change: inTime(change) as Queries['change'],
    shared: inTime(shared) as Queries['shared'],
  }
}

/** Values arrive as PostgreSQL printed them, whole numbers of 32 bits and booleans apart: what a room wants of the rest, it says itself. */
const asText: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    if (oid === INT4 || oid === INT2) return Number
    if (oid === BOOL) return (value: string) => value === 't'
    return (value: string) => value
  }) as pg.CustomTypesConfig['getTypeParser'],
}
const BOOL = 16
const INT2 = 21
const INT4 = 23
