/** Sending one unit, again and again while the hospital is busy. */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { cliFaults } from '../faults.ts'

export interface Target {
  readonly url: string
  readonly token: string
  /** Whoever has not answered by then is asked again, under the same key; two minutes when absent. */
  readonly answerWithinMs?: number
}

export interface Sent {
  /** `there`: the hospital had carried it out before. */
  readonly outcome: 'loaded' | 'there' | 'refused'
  /** Locations and statuses of the entries, or why it was refused. */
  readonly answer: Answer
}

export interface Answer {
  readonly entry?: readonly { readonly response?: { readonly status?: string; readonly location?: string } }[]
  readonly issue?: readonly Issue[]
}

interface Issue {
  readonly diagnostics?: string
  readonly expression?: readonly string[]
  readonly details?: { readonly coding?: readonly { readonly code?: string }[] }
}

const TRIES = 8
const FIRST_PAUSE_MS = 250
const LONGEST_WAIT_MS = 5_000

/** Longer than the hospital works on the largest of transactions. */
const LONGEST_ANSWER_MS = 120_000

const AGAIN = new Set([429, 503])

/** An import that was killed may have left its last requests to be carried out by the hospital. */
const isUnderWay = ({ issue }: Answer): boolean => issue?.[0]?.details?.coding?.[0]?.code === 'record/key-in-use'

/** Throws `cli/not-running` unless the hospital answers, before anything is read. */
export async function checkRunning({ url }: Target): Promise<void> {
  const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) }).catch(
    () => undefined,
  )
  if (answer === undefined) throw cliFaults['not-running']({ url })
}

/**
 * Sends a Bundle under a key made from its content: the same content is never loaded twice. Throws the reason of `stop`
 * once it is aborted.
 */
export async function send(target: Target, text: string, stop: AbortSignal): Promise<Sent> {
  const { url, token, answerWithinMs = LONGEST_ANSWER_MS } = target
  const key = `import-${createHash('sha256').update(text).digest('hex')}`
  for (let tried = 1; ; tried++) {
    const answer = await fetch(`${url}/fhir/R4`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', 'idempotency-key': key },
      body: text,
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerWithinMs)]),
    }).catch(() => undefined)
    stop.throwIfAborted()
    if (answer?.status === 401 || answer?.status === 403) throw cliFaults['wrong-token']()
    const body = (await answer?.json().catch(() => undefined)) as Answer | undefined
    const again = answer === undefined || body === undefined || AGAIN.has(answer.status) || isUnderWay(body)
    if (again && tried < TRIES) {
      const wanted = Number(answer?.headers.get('retry-after') ?? 0) * 1000
      await delay(Math.max(wanted, FIRST_PAUSE_MS * 2 ** (tried - 1)), undefined, { signal: stop })
      continue
    }
    if (answer === undefined || body === undefined) throw cliFaults['not-running']({ url })
    if (!answer.ok) return { outcome: 'refused', answer: body }
    return { outcome: answer.headers.has('idempotent-replayed') ? 'there' : 'loaded', answer: body }
  }
}
