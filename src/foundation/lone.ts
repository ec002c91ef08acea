/**
 * One connection to PostgreSQL for questions that are asked now and then, one after the other; opened again when it was lost.
 * A question that is given up takes the connection with it: what hangs holds up nothing that comes after.
 *
 * It is nobody's way to data: it changes nothing, and goes as whoever the address names, who may see more of the server than
 * the roles that rooms take on.
 */
import pg from 'pg'
import { sqlState } from './database-errors.ts'
import type { Sql } from './sql.ts'

export interface Lone extends AsyncDisposable {
  /** Rejects with `LoneFailed`. */
  rows<Row>(statement: Sql<Row>, signal: AbortSignal): Promise<Row[]>
}

export interface LoneOptions {
  readonly url: string
  /** As PostgreSQL shows it in pg_stat_activity. */
  readonly name: string
  readonly statementTimeoutMs: number
}

/** Why there was no answer, in fixed words that name nothing. */
export class LoneFailed extends Error {}

const WHY: readonly (readonly [RegExp, string])[] = [
  [/^(ENOENT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/, 'nothing listens there'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'its name leads nowhere'],
  [/^(ECONNRESET|EPIPE|57P01|57P02|08)/, 'it has ended the connection'],
  [/^57P03$/, 'it is starting or stopping'],
  [/^53300$/, 'it has no connection left'],
  [/^28/, 'it refuses the sign-in'],
  [/^3D000$/, 'it has no such database'],
  [/^57014$/, 'it took too long'],
  [/^42501$/, 'it does not let this user see that'],
]

export function openLone({ url, name, statementTimeoutMs }: LoneOptions): Lone {
  let current: Promise<pg.Client> | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const connect = (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      statement_timeout: statementTimeoutMs,
      connectionTimeoutMillis: statementTimeoutMs,
      options: '-c timezone=UTC -c datestyle=ISO -c default_transaction_read_only=on',
      keepAlive: true,
    })
    const opened = client.connect().then(() => client)
    const forget = () => {
      if (current === opened) current = undefined
    }
    client.on('error', forget).on('end', forget)
    opened.catch(forget)
    return opened
  }

  const ask = async (statement: Sql, signal: AbortSignal): Promise<unknown[]> => {
    if (signal.aborted) throw new LoneFailed('it took too long')
    current ??= connect()
    const opened = current
    const given = Promise.withResolvers<never>()
    const giveUp = () => {
      if (current === opened) current = undefined
      // With a question under way its socket is closed at once.
      opened.then((client) => client.end()).catch(() => undefined)
      given.reject(new LoneFailed('it took too long'))
    }
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      const answered = opened.then((client) => client.query({ text: statement.text, values: [...statement.values] }))
      return (await Promise.race([answered, given.promise])).rows
    } catch (error) {
      throw error instanceof LoneFailed ? error : Object.assign(new LoneFailed(whyOf(error)), { cause: error })
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  return {
    rows<Row>(statement: Sql<Row>, signal: AbortSignal) {
      const mine = turn.then(() => ask(statement, signal)) as Promise<Row[]>
      turn = mine.catch(() => undefined)
      return mine
    },
    async [Symbol.asyncDispose]() {
      await (await current?.catch(() => undefined))?.end()
    },
  }
}

function whyOf(error: unknown): string {
  const code = sqlState(error) ?? String((error as { code?: unknown }).code ?? '')
  const known = WHY.find(([pattern]) => pattern.test(code))?.[1]
  if (known !== undefined) return known
  const says = String((error as Error).message)
  if (/timeout/i.test(says)) return 'it took too long'
  return /terminat|connection|ended/i.test(says)
    ? 'it has ended the connection'
    : 'it gives no answer that is understood'
}
