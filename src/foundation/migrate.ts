/** Brings a database to the form this version needs. */
import { runner } from 'node-pg-migrate'
import { databaseFaults } from './database.ts'
import type { Log } from './log.ts'

/**
 * Runs the SQL files of `folder` that have not run yet, each in its own transaction, under an advisory lock: of several
 * processes that start together one migrates and the others wait.
 */
export async function migrate(url: string, folder: string, log: Log, direction: 'up' | 'down' = 'up'): Promise<void> {
  const done = await runner({
    databaseUrl: url,
    dir: folder,
    direction,
    migrationsTable: 'migration',
    migrationsSchema: 'omnicare',
    createMigrationsSchema: true,
    ...(direction === 'down' ? { count: 1 } : {}),
    log: () => undefined,
    advisoryLockMode: 'wait',
  } as Parameters<typeof runner>[0]).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'ECONNREFUSED' ? databaseFaults.unreachable() : error
  })
  for (const { name } of done) log.info({ migration: name }, `migrated ${direction}`)
}
