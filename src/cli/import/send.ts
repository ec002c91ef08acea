/** Sending one unit, again and again while the hospital is busy. */
import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Believed } from '#foundation/tls/calls.ts'
import { cliFaults } from '../faults.ts'
import { type Answer, readAnswer } from './answer.ts'
import { type Connection, connectionTo, type Response } from './connection.ts'

export interface Target {
  readonly url: string
  readonly token: string
  /** Certificates of the installation, when it speaks TLS. */
  readonly believed?: Believed | undefined
  /** Whoever has not answered by then is asked again, under the same key; two minutes when absent. */
  readonly answerWithinMs?: number
}

export interface Sent {
  /** `there`: the hospital had carried it out before. */
  readonly outcome: 'loaded' | 'there' | 'refused'
  readonly answer: Answer
}

const TRIES = 8
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 120_000
const LONGEST_WAIT_MS = 5_000

/** Longer than the hospital works on the largest of transactions. */
const LONGEST_ANSWER_MS = 120_000

const AGAIN = new Set([429, 503])

/** An import that was killed may have left its last requests to be carried out by the hospital. */
const isUnderWay = ({ issue }: Answer): boolean => issue[0]?.details?.coding?.[0]?.code === 'record/key-in-use'

/** Throws `cli/not-running` unless the hospital answers, before anything is read. */
export async function checkRunning({ url, believed }: Target): Promise<void> {
  using connection = connectionTo(url, believed)
  if ((await connection.ask('/health/live', {}, LONGEST_WAIT_MS)) === undefined) throw cliFaults['not-running']({ url })
}

/**
 * Sends a Bundle under a key made from its content: the same content is never loaded twice. Throws the reason of `stop`
 * once it is aborted.
 */
export async function send(connection: Connection, target: Target, body: Buffer, stop: AbortSignal): Promise<Sent> {
  const { url, token, answerWithinMs = LONGEST_ANSWER_MS } = target
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/fhir+json',
    'idempotency-key': `import-${hash('sha256', body, 'hex')}`,
  }
  for (let tried = 1; ; tried++) {
    const response = await connection.ask('/fhir/R4', { method: 'POST', headers, body }, answerWithinMs)
    stop.throwIfAborted()
    if (response?.status === 401 || response?.status === 403) throw cliFaults['wrong-token']()
    const answer = response === undefined ? undefined : readAnswer(response.body)
    const again = response === undefined || answer === undefined || AGAIN.has(response.status) || isUnderWay(answer)
    if (again && tried < TRIES) {
      await delay(Math.max(wantedMs(response), FIRST_PAUSE_MS * 2 ** (tried - 1)), undefined, { signal: stop })
      continue
    }
    if (response === undefined || answer === undefined) throw cliFaults['not-running']({ url })
    if (response.status > 299) return { outcome: 'refused', answer }
    return { outcome: 'idempotent-replayed' in response.headers ? 'there' : 'loaded', answer }
  }
}

/** The pause that the hospital asks for. */
function wantedMs(response: Response | undefined): number {
  const seconds = Number(response?.headers['retry-after'] ?? 0)
  return Number.isNaN(seconds) ? 0 : Math.min(seconds * 1000, LONGEST_PAUSE_MS)
}
