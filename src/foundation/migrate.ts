/** Brings a database to the form this version needs. */
import { basename } from 'node:path'
import pg from 'pg'
import { faults } from './fault.ts'
import type { Log } from './log.ts'

const CONNECT_DEADLINE_MS = 10_000

const migrationFaults = faults('migration', {
  unreachable: {
    kind: 'busy',
    says: (d: { name: string }) => `The ${d.name} database does not answer.`,
    remedy:
      'Start it, or correct its address: OMNICARE_RECORD_URL for the record, OMNICARE_CONTROL_URL for operations.',
  },
  refused: {
    kind: 'invalid',
    says: (d: { name: string; what: string }) => `The ${d.name} database refuses ${d.what}.`,
    remedy:
      'Correct OMNICARE_RECORD_URL for the record, OMNICARE_CONTROL_URL for operations, or the rights on the server.',
  },
})

/**
 * Runs the SQL files of `folder` that have not run yet, each in its own transaction, under an advisory lock: of several
 * processes that start together one migrates and the others wait. `down` undoes the last one.
 *
 * The folder's name is that of the database in messages. Throws `migration/…` when it can't be reached or entered.
 */
export async function migrate(url: string, folder: string, log: Log, direction: 'up' | 'down' = 'up'): Promise<void> {
  // Loaded here: the hospital that operations starts finds its database migrated, and has no use for it.
  const { runner } = await import('node-pg-migrate')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_DEADLINE_MS })
  // What is lost while nothing is asked is told by the next question.
  client.on('error', () => undefined)
  const migrated = async () => {
    await client.connect()
    return runner({
      dbClient: client,
      dir: folder,
      direction,
      migrationsTable: 'migration',
      migrationsSchema: 'omnicare',
      createMigrationsSchema: true,
      ...(direction === 'down' ? { count: 1 } : {}),
      log: () => undefined,
      advisoryLockMode: 'wait',
    } as Parameters<typeof runner>[0])
  }
  // Ended here: the library does not wait for the end of connections that it has opened.
  const done = await migrated()
    .catch((error: unknown) => {
      throw asFault(error, basename(folder))
    })
    .finally(() => client.end())
  for (const { name } of done) log.info({ migration: name }, `migrated ${direction}`)
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; the system's own codes begin with E. */
const REFUSED: Readonly<Record<string, string>> = {
  '28P01': 'the password',
  '28000': 'the user',
  '3D000': 'to open the named database: it does not exist',
  '42501': 'to make tables: the user may not',
}

function asFault(error: unknown, name: string): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  const what = REFUSED[code]
  if (what !== undefined) return migrationFaults.refused({ name, what })
  const lost = /^E[A-Z_]+$|^08|^57P/.test(code) || /connection|timeout/i.test(message)
  return lost ? migrationFaults.unreachable({ name }) : error
}
