/** What PostgreSQL, or the way to it, said, as the fault it means. */
import pg from 'pg'
import { databaseFaults } from './database-faults.ts'
import { Fault } from './fault.ts'

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; undefined when PostgreSQL did not say one. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined

/** Serialization failure and deadlock: nothing is wrong with the transaction, it only has to be done again. */
export const isVictim = (error: unknown): boolean => VICTIM.has(sqlState(error) ?? '')
const VICTIM = new Set(['40001', '40P01'])

/** The server takes no changes: it is a standby, as during a failover, or was told so because its disk is full. */
export const isReadOnly = (error: unknown): boolean => sqlState(error) === READ_ONLY
const READ_ONLY = '25006'

/** The fault that `error` means when nothing was changed; other errors as they are. */
export function asFault(error: unknown): unknown {
  if (error instanceof Fault) return error
  if (isLost(error) || isReadOnly(error)) return databaseFaults.unreachable()
  const state = sqlState(error)
  if (state === '57014') return databaseFaults['too-costly']()
  if (state === '53100') return databaseFaults['no-space']()
  if (state === '22021') return databaseFaults['null-character']()
  if (state === '53300') return databaseFaults.full()
  if (state === '55P03' || isVictim(error)) return databaseFaults.contended()
  return error
}

/**
 * The same for what would have been stored by the time of the answer: a COMMIT, or a change outside a transaction. The
 * server may have stored it before the connection was lost, and nobody is left who could say so.
 */
export function asFaultOfChange(error: unknown): unknown {
  const sent = !/not queryable/.test(String((error as Error).message))
  return !(error instanceof Fault) && sent && isLost(error) ? databaseFaults['outcome-unknown']() : error
}

/** Whether the connection was lost, or never made: the server said that it ends, or nothing at all. */
function isLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P')
  const { code, message } = error as { code?: unknown; message?: unknown }
  const lost = typeof code === 'string' && /^E[A-Z]+$/.test(code)
  return lost || /connection|timeout exceeded|not queryable/i.test(String(message))
}
