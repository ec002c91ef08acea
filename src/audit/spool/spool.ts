/**
 * Where entries of what changes nothing wait while the intake can't take them, when the hospital is set to go on.
 *
 * Invariant: an entry is on the disk, encrypted, before it is answered; a file is removed only once all its entries are in the
 * intake. After a crash between the two they come again, and the ledger drops an id that it has. While entries wait here
 * those that come wait behind them, so that the order is kept.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { nowMilliseconds } from '#foundation/clock.ts'
import { gather } from '#foundation/gather.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { auditFaults } from '../faults.ts'
import { type Intake, TOGETHER } from '../intake/append.ts'
import type { MasterKey } from '../ledger/master-key.ts'
import { readSegment, type SegmentWriter, writeSegment } from './segment.ts'

export interface SpoolOptions {
  /** Of this process alone; made if missing. */
  readonly folder: string
  readonly key: MasterKey
  readonly mostBytes: number
  readonly intake: Pick<Intake, 'append'>
  readonly log: Log
  /** How often it is tried to write into the intake again. */
  readonly everyMs?: number
}

export interface Spool extends AsyncDisposable {
  /** Resolves once the entry is on the disk; throws `audit/spool-full`, or what the disk says. */
  append(entry: string): Promise<void>
  /** How many entries wait to go into the intake. */
  readonly waiting: () => number
  /** Whether what comes must wait behind those. */
  readonly holds: () => boolean
}

const ENDING = '.spool'
const SET_ASIDE = '.altered'
const EVERY_MS = 1_000
const MOST_LINES = 64

interface Segment {
  readonly name: string
  readonly file: FileHandle
  readonly writer: SegmentWriter
  entries: number
  bytes: number
}

/** Opens the spool; what waits there from before goes into the intake as soon as that takes it. */
export function openSpool({ folder, key, mostBytes, intake, log, everyMs = EVERY_MS }: SpoolOptions): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = (name: string) => join(folder, name)
  const sync = () => {
    const handle = openSync(folder, 'r')
    fsyncSync(handle)
    closeSync(handle)
  }
  /** Entries of each file that waits; what is set aside counts for the room that is left. */
  const full = new Map<string, number>()
  let bytes = 0
  for (const name of readdirSync(folder).sort()) {
    bytes += statSync(path(name)).size
    if (name.endsWith(ENDING)) full.set(name, readSegment(key, name, readFileSync(path(name))).texts.length)
  }
  let current: Segment | undefined
  const waiting = () => full.values().reduce((sum, entries) => sum + entries, current?.entries ?? 0)

  const begin = async (): Promise<Segment> => {
    const name = `${String(nowMilliseconds()).padStart(15, '0')}-${newId()}${ENDING}`
    const writer = writeSegment(key, name)
    const file = await open(path(name), 'wx', 0o600)
    try {
      await file.writeFile(writer.head)
      sync()
    } catch (error) {
      await file.close()
      await unlink(path(name))
      throw error
    }
    if (waiting() === 0) log.warn('the audit intake takes nothing: entries of what is read go to the spool')
    bytes += writer.head.length
    return { name, file, writer, entries: 0, bytes: writer.head.length }
  }
  const end = async (): Promise<void> => {
    if (current === undefined) return
    const { name, file, entries } = current
    full.set(name, entries)
    current = undefined
    await file.close()
  }

  // One after the other: whoever writes, and whoever ends the file to empty it.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  const write = async (entries: readonly string[]): Promise<undefined[]> => {
    if (bytes >= mostBytes) throw auditFaults['spool-full']()
    current ??= await begin()
    const segment = current
    const records = Buffer.concat(entries.map((entry) => segment.writer.seal(entry)))
    try {
      await segment.file.writeFile(records)
      await segment.file.datasync()
    } catch (error) {
      // Half of it may be there. Nobody was answered; what comes next needs a key of its own.
      await segment.file.truncate(segment.bytes).catch(() => undefined)
      await end()
      throw error
    }
    segment.bytes += records.length
    segment.entries += entries.length
    bytes += records.length
    return entries.map(() => undefined)
  }

  const empty = async (name: string): Promise<void> => {
    const { size } = statSync(path(name))
    const { texts, altered } = readSegment(key, name, readFileSync(path(name)))
    for (let at = 0; at < texts.length; at += MOST_LINES)
      await intake.append(texts.slice(at, at + MOST_LINES).join('\n'))
    if (altered.length === 0) {
      await unlink(path(name))
      bytes -= size
    } else {
      // What is no entry is sealed as one of action `malformed`, with these words.
      const says = `audit spool: ${name} has been altered: ${altered.slice(0, 20).join(', ')}`
      await intake.append(says)
      await rename(path(name), path(name + SET_ASIDE))
      log.error({ 'file.path': path(name + SET_ASIDE) }, 'a file of the audit spool has been altered; it was set aside')
    }
    sync()
    full.delete(name)
    if (waiting() === 0) log.info('the audit spool is empty: entries go to the intake again')
  }

  /** All that waited when the intake took entries again is in it: whoever comes now need not wait, or it would never end. */
  let passed = false
  const drain = async (): Promise<void> => {
    while (waiting() > 0 || full.size > 0) {
      if (full.size === 0) await inTurn(end)
      for (const name of [...full.keys()].sort()) await empty(name)
      passed = true
    }
  }

  let draining: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    draining = drain()
      .catch((error: unknown) => log.debug({ err: error }, 'the audit spool can not be emptied yet'))
      .finally(() => {
        busy = false
        passed = false
      })
  }, everyMs)
  timer.unref()

  return {
    append: gather((entries: readonly string[]) => inTurn(() => write(entries)), { ...TOGETHER, lanes: 1 }),
    waiting,
    holds: () => waiting() > 0 && !passed,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await draining
      await inTurn(end)
    },
  }
}
