/** How the hospital learns whom tokens let in: from operations every few seconds, and from its own file while that is away. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Log } from '#foundation/log.ts'
import { type Fetch, openFetch } from '#foundation/tls/calls.ts'
import { type KeyTold, openTrust, type Told, type Trust } from '#identity/entry'
import { hospitalHeaders } from './http/relay.ts'

interface Needs {
  readonly home: string
  /** Where operations answers; nothing while that isn't known. */
  readonly address: () => string | undefined
  /** By which operations knows its hospital; without it nobody is trusted. */
  readonly key: string | undefined
  readonly audiences: () => readonly string[]
  /** By which operations is asked; the global one when absent. */
  readonly fetch?: Fetch
  readonly log: Log
}

/** Operations listens only once the hospital serves: the first times nobody answers. */
const TOLD_AFTER = 3
const EVERY_MS = 5_000
const PATIENCE_MS = 4_000

/** Asks until it is disposed. Undefined without a key: then only the token of the machine's owner counts. */
export function hospitalTrust(needs: Needs): (Trust & Disposable) | undefined {
  const { home, address, key, audiences, log, fetch = openFetch(undefined) } = needs
  if (key === undefined) return undefined
  const ask = async (path: string, init: Parameters<Fetch>[1] = {}): Promise<Response> => {
    const there = address()
    if (there === undefined) throw new Error('where operations answers is not known')
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const headers = { ...hospitalHeaders(key), 'content-type': 'application/json' }
    return fetch(`${there}/api/operations/identity/${path}`, { ...init, headers, signal, redirect: 'error' })
  }
  const answered = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`operations answers ${answer.status}`)
    return (await answer.json()) as T
  }
  const trust = openTrust({
    nowMs: nowMilliseconds,
    audiences,
    ask: async () => answered<Told>(await ask('trust')),
    async askKey(apiKey) {
      const answer = await ask('introspect', { method: 'POST', body: JSON.stringify({ key: apiKey }) })
      return answer.status === 404 ? undefined : answered<KeyTold>(answer)
    },
    kept: keptIn(join(home, 'jwks.json'), log),
  })
  /** How often in a row nothing was told. */
  let missed = 0
  const poll = () =>
    trust.refresh().then(
      () => {
        if (missed >= TOLD_AFTER) log.info({}, 'operations tells again which tokens count')
        missed = 0
      },
      (error: unknown) => {
        if (++missed === TOLD_AFTER)
          log.warn({ err: error }, 'operations does not tell which tokens count; what it told last goes on counting')
      },
    )
  void poll()
  const timer = setInterval(poll, EVERY_MS)
  return { ...trust, [Symbol.dispose]: () => clearInterval(timer) }
}

/** Copies of the hospital write the same; what is there is whole. */
function keptIn(file: string, log: Log): { read: () => Told | undefined; write: (told: Told) => void } {
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Told
      } catch {
        return undefined
      }
    },
    write(told) {
      try {
        const unfinished = `${file}.${process.pid}`
        writeFileSync(unfinished, JSON.stringify(told), { mode: 0o600 })
        renameSync(unfinished, file)
      } catch (error) {
        log.warn({ err: error }, 'which tokens count could not be kept for the next start')
      }
    },
  }
}
