import { randomBytes } from 'node:crypto'
import { openDatabase } from './database.ts'
import type { Log } from './log.ts'
import { fixed, name, sql } from './sql.ts'

export interface LoginOptions {
  /** As its owner enters the database. */
  readonly url: string
  readonly login: string
  /** The one role that the login may take on; of its own it has no rights at all. */
  readonly role: string
  readonly log: Log
}

/**
 * Makes a login for a role, or gives it a new password; gives the password. A session that signs in as the owner and takes
 * on the role could take its rights back (`SET ROLE NONE`); one of this login has none to take back.
 */
export async function makeLogin({ url, login, role, log }: LoginOptions): Promise<string> {
  // In a statement that takes no parameters: of characters that need no quoting.
  const password = randomBytes(24).toString('base64url')
  await using db = await openDatabase({ url, connections: 1, statementTimeoutMs: 30_000, log })
  await db.transaction(async (tx) => {
    const [there] = await tx.rows(sql`SELECT 1 AS there FROM pg_roles WHERE rolname = ${login}`)
    if (there === undefined) await tx.rows(sql`CREATE ROLE ${name(login)} NOINHERIT`)
    await tx.rows(fixed(`ALTER ROLE ${name(login).text} LOGIN PASSWORD '${password}'`))
    await tx.rows(sql`GRANT ${name(role)} TO ${name(login)}`)
  })
  return password
}
