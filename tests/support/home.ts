/** A home of a test's own with an embedded PostgreSQL on fresh data, gone after the test. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import type { After } from './suite.ts'

type Name = 'record' | 'control'

export interface TestHome {
  readonly home: string
  readonly log: Log
  /** Of the embedded server, as its superuser. */
  readonly url: string
  /** What else the test opens there, to be closed before the server stops. */
  readonly house: AsyncDisposableStack
  readonly migrated: (name: Name, url: string) => Promise<void>
  /** As the superuser, or as a role of the product. */
  readonly open: (options: {
    url: string
    connections: number
    statementTimeoutMs?: number
    role?: string
  }) => Promise<Database>
}

export async function startHome(t: After, name: Name): Promise<TestHome> {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-test-'))
  // Passable for the user that the server runs as.
  chmodSync(home, 0o711)
  mkdirSync(join(home, 'logs'))
  const house = new AsyncDisposableStack()
  t.after(async () => {
    await house.disposeAsync()
    rmSync(home, { recursive: true, force: true })
  })
  const log = house.use(openLog({ service: 'test', folder: join(home, 'logs'), level: 'info', toStdout: false }))
  const server = await startEmbedded({ name, folder: join(home, name), log })
  house.defer(() => server.stop())
  return {
    home,
    log,
    url: server.url,
    house,
    migrated: (of, url) => migrate(url, join(import.meta.dirname, '../../migrations', of), log),
    open: async (options) => house.use(await openDatabase({ statementTimeoutMs: 30_000, log, ...options })),
  }
}
