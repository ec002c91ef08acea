import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import pg from 'pg'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import { startPostgres15 } from '../support/postgres-15.ts'
import { freshHome } from '../support/running.ts'

const migrations = join(import.meta.dirname, '../../migrations')
const NAMES = ['record', 'control'] as const

/** Everything that a database has of ours: each table and index with its definition. */
async function form(url: string): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(`
    SELECT table_schema || '.' || table_name || ' ' || column_name || ' ' || data_type AS line FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'omnicare')
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'omnicare') ORDER BY 1`)
  await client.end()
  return rows.map(({ line }) => line)
}

async function upDownUp(t: TestContext, name: (typeof NAMES)[number], url: string): Promise<void> {
  const folder = join(migrations, name)
  const logs = join(freshHome(t), 'logs')
  mkdirSync(logs)
  await using log = openLog({ service: 'test', folder: logs, level: 'error', toStdout: false })
  await migrate(url, folder, log)
  const before = await form(url)
  assert.ok(before.length > 0)
  for (const _ of readdirSync(folder)) await migrate(url, folder, log, 'down')
  assert.deepEqual(await form(url), [])
  await migrate(url, folder, log)
  assert.deepEqual(await form(url), before)
  // Of several that start together one migrates and the others wait.
  await Promise.all([1, 2, 3].map(() => migrate(url, folder, log)))
}

describe('the migrations', () => {
  test('go down and up again on the embedded servers', async (t) => {
    const home = freshHome(t)
    mkdirSync(join(home, 'logs'))
    await using log = openLog({ service: 'test', folder: join(home, 'logs'), level: 'error', toStdout: false })
    for (const name of NAMES) {
      const server = await startEmbedded({ name, folder: join(home, name), log })
      await upDownUp(t, name, server.url).finally(() => server.stop())
    }
  })

  test('go down and up again on PostgreSQL 15', async (t) => {
    const database = await startPostgres15(t)
    for (const name of NAMES) await upDownUp(t, name, await database(name))
  })
})
