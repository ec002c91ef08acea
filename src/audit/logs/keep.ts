/**
 * `audit.log` and `phi-access.log`, written from what is sealed: complete, in order, each entry once, also over a crash.
 *
 * A batch goes into phi-access.log first: what audit.log has is in the other one too, so that its last line is the place to
 * go on from, and what of the batch the other one has already is left out there.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '#foundation/log.ts'
import { pauseAfter } from '#foundation/pause.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { searchLedger } from '../ledger/search.ts'
import { type LogFile, openLogFile } from './file.ts'
import { lineOf } from './line.ts'

const LOOK_EVERY_MS = 500
const AT_ONCE = 500
const DAY_MS = 86_400_000

export interface AuditLogOptions {
  readonly ledger: Ledger
  readonly folder: string
  /** Past days that are kept; entries that are older when a log begins are not written. */
  readonly days: number
  readonly nowMs: () => number
  readonly log: Log
}

export interface AuditLogs extends AsyncDisposable {
  /** Why nothing can be written at the moment; nothing when all is well. */
  readonly failure: () => string | undefined
}

/** Starts writing. Disposing finishes what is under way. */
export function keepAuditLogs(options: AuditLogOptions): AuditLogs {
  const { log } = options
  const stopping = new AbortController()
  let failure: string | undefined
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  const keep = async (): Promise<void> => {
    let files: Files | undefined
    let pauseMs = 0
    while (!stopping.signal.aborted) {
      try {
        files ??= await openFiles(options)
        const isAll = await writeNext(options.ledger, files)
        failure = undefined
        pauseMs = 0
        if (isAll) await pause(LOOK_EVERY_MS)
      } catch (error) {
        if (failure === undefined) log.error({ err: error }, 'audit.log can not be written; it is tried again')
        failure = `audit.log can not be written (${(error as NodeJS.ErrnoException).code ?? 'see the log'}).`
        // Opened anew, they tell by their last lines where to go on.
        await closeFiles(files)
        files = undefined
        pauseMs = pauseAfter(pauseMs, 0)
        await pause(pauseMs)
      }
    }
    await closeFiles(files)
  }
  const running = keep()

  return {
    failure: () => failure,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

interface Files {
  readonly audit: LogFile
  readonly access: LogFile
  /** Number of the last entry that is in both. */
  at: number
  /** And of the last that is in phi-access.log. */
  known: number
}

async function openFiles({ ledger, folder, days, nowMs }: AuditLogOptions): Promise<Files> {
  await using opened = new AsyncDisposableStack()
  const open = async (name: string) =>
    opened.adopt(await openLogFile({ folder, name, days, nowMs }), (file) => file.close())
  const audit = await open('audit')
  const access = await open('phi-access')
  // A ledger that was put back to an earlier time gives its numbers again: what has them now is written, too.
  const newest = (await searchLedger(ledger, { most: 1 }))[0]?.index ?? -1
  const last = audit.last ?? (await beforeFirst(ledger, nowMs() - days * DAY_MS))
  opened.move()
  return { audit, access, at: Math.min(last, newest), known: Math.min(access.last ?? -1, newest) }
}

async function closeFiles(files: Files | undefined): Promise<void> {
  await Promise.allSettled([files?.audit.close(), files?.access.close()])
}

/** The number before the first entry that isn't too old. */
async function beforeFirst(ledger: Ledger, fromMs: number): Promise<number> {
  const [first] = await searchLedger(ledger, { after: -1, from: new Date(fromMs).toISOString(), most: 1 })
  return first === undefined ? -1 : first.index - 1
}

/** Writes the next entries; gives whether these were all. */
async function writeNext(ledger: Ledger, files: Files): Promise<boolean> {
  const { audit, access } = files
  const entries = await searchLedger(ledger, { after: files.at, most: AT_ONCE })
  const last = entries.at(-1)?.index
  if (last === undefined) {
    await audit.turn()
    await access.turn()
    return true
  }
  const accesses = entries.filter(({ entry, index }) => index > files.known && (entry?.patients.length ?? 0) > 0)
  await access.append(accesses.map((entry) => lineOf(entry, 'phi-access')))
  files.known = accesses.at(-1)?.index ?? files.known
  await audit.append(entries.map((entry) => lineOf(entry, 'audit')))
  files.at = last
  return entries.length < AT_ONCE
}
