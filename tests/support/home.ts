/** A home of a test's own with an embedded PostgreSQL that is migrated and empty, gone after the test. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { type Copied, copyReady, type Ready } from './ready.ts'
import type { After } from './suite.ts'

export interface TestHome {
  readonly home: string
  readonly log: Log
  /** Of the embedded server, as its superuser. */
  readonly url: string
  /** What else the test opens there, to be closed before the server stops. */
  readonly house: AsyncDisposableStack
  /** As the superuser, or as a role of the product. */
  readonly open: (options: {
    url: string
    connections: number
    statementTimeoutMs?: number
    role?: string
  }) => Promise<Database>
}

export async function startHome(t: After, what: Ready, copied?: Copied): Promise<TestHome> {
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
  const folder = join(home, what)
  await copyReady(what, folder, copied)
  const server = await startEmbedded({ name: what, folder, log })
  house.defer(() => server.stop())
  return {
    home,
    log,
    url: server.url,
    house,
    open: async (options) => house.use(await openDatabase({ statementTimeoutMs: 30_000, log, ...options })),
  }
}
