import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '#foundation/database.ts'
import { openLog } from '#foundation/log.ts'

/** The embedded record of a running OmniCare, or its other database, as `role` sees it. */
export async function recordOf(
  home: string,
  role: string,
  name: 'record' | 'control' = 'record',
): Promise<Database & AsyncDisposable> {
  const folder = join(home, 'postgres', name)
  const sockets = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[4] as string
  const password = readFileSync(join(folder, 'password'), 'utf8').trim()
  const url = `postgresql://omnicare:${password}@/omnicare?host=${encodeURIComponent(sockets)}&port=5432`
  const log = openLog({ service: 'test', folder: join(home, 'logs'), level: 'fatal', toStdout: false })
  return openDatabase({ url, connections: 2, statementTimeoutMs: 30_000, role, log })
}
