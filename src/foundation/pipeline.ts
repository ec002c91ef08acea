/** Connections on which statements follow each other without waiting for answers, and the statements prepared on them. */
import pg from 'pg'
import { asFault } from './database-errors.ts'
import { databaseFaults } from './database-faults.ts'
import type { Log } from './log.ts'
import type { Sql } from './sql.ts'

const PIPELINES = 2
const LONGEST_PIPELINE = 4_000
/** Each prepared statement takes memory in every connection: what is asked once in a blue moon is not prepared. */
const MOST_PREPARED = 2_000

/** Names each statement text once, so that every connection prepares it once; without a name when there are too many. */
export function preparer(): (statement: Sql) => pg.QueryConfig {
  const names = new Map<string, string>()
  return ({ text, values }) => {
    let name = names.get(text)
    if (name === undefined) {
      if (names.size >= MOST_PREPARED) return { text, values: values as unknown[] }
      name = `q${names.size}`
      names.set(text, name)
    }
    return { name, text, values: values as unknown[] }
  }
}

export interface Pipelines {
  send<Row>(query: pg.QueryConfig): Promise<Row[]>
  /** Statements that have not been answered. */
  waiting(): number
  end(): Promise<void>
}

/** Opens pipelines that take turns; throws `database/full` when too much waits in one. */
export function openPipelines(config: pg.ClientConfig, log: Log): Pipelines {
  const pipelines = Array.from({ length: PIPELINES }, () => openPipeline(config, log))
  let turn = 0
  return {
    async send<Row>(query: pg.QueryConfig) {
      turn = (turn + 1) % PIPELINES
      return (await (pipelines[turn] as Pipeline).query(query)).rows as Row[]
    },
    waiting: () => pipelines.reduce((sum, one) => sum + one.waiting(), 0),
    async end() {
      await Promise.all(pipelines.map((one) => one.end()))
    },
  }
}

interface Pipeline {
  query(config: pg.QueryConfig): Promise<pg.QueryResult>
  waiting(): number
  end(): Promise<void>
}

/** A connection that is opened again when it is lost; what was under way on it fails. */
function openPipeline(config: pg.ClientConfig, log: Log): Pipeline {
  let current: Promise<pg.Client> | undefined
  let waiting = 0

  const open = async (client: pg.Client): Promise<pg.Client> => {
    try {
      await client.connect()
    } catch (error) {
      throw asFault(error)
    }
    return client
  }

  const connect = (): Promise<pg.Client> => {
    const client = new pg.Client(config)
    const opened = open(client)
    // A connection ends after it was lost, and another one may be in its place by then: that one must not be forgotten.
    const forget = () => {
      if (current === opened) current = undefined
    }
    client
      .on('error', (error) => {
        log.warn({ err: error }, 'a database connection was lost')
        forget()
      })
      .on('end', forget)
    opened.catch(forget)
    return opened
  }

  return {
    async query(config) {
      if (waiting >= LONGEST_PIPELINE) throw databaseFaults.full()
      waiting++
      try {
        current ??= connect()
        return await (await current).query(config)
      } finally {
        waiting--
      }
    },
    waiting: () => waiting,
    async end() {
      await (await current?.catch(() => undefined))?.end()
    },
  }
}
