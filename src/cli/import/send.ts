/** Sending one unit, again and again while the hospital is busy. */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { cliFaults } from '../faults.ts'

export interface Target {
  readonly url: string
  readonly token: string
}

export interface Sent {
  /** `there`: the hospital had carried it out before. */
  readonly outcome: 'loaded' | 'there' | 'refused'
  /** Locations and statuses of the entries, or why it was refused. */
  readonly answer: Answer
}

export interface Answer {
  readonly entry?: readonly { readonly response?: { readonly status?: string; readonly location?: string } }[]
  readonly issue?: readonly { readonly diagnostics?: string; readonly expression?: readonly string[] }[]
}

const TRIES = 8
const FIRST_PAUSE_MS = 250

/** Sends a Bundle under a key made from its content: the same content is never loaded twice. */
export async function send({ url, token }: Target, text: string): Promise<Sent> {
  const key = `import-${createHash('sha256').update(text).digest('hex')}`
  for (let tried = 1; ; tried++) {
    const answer = await fetch(`${url}/fhir/R4`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', 'idempotency-key': key },
      body: text,
    }).catch(() => undefined)
    const again = answer === undefined || answer.status === 503 || answer.status === 429
    if (again && tried < TRIES) {
      const wanted = Number(answer?.headers.get('retry-after') ?? 0) * 1000
      await delay(Math.max(wanted, FIRST_PAUSE_MS * 2 ** (tried - 1)))
      continue
    }
    if (answer === undefined) throw cliFaults['not-running']({ url })
    const body = (await answer.json()) as Answer
    if (!answer.ok) return { outcome: 'refused', answer: body }
    return { outcome: answer.headers.has('idempotent-replayed') ? 'there' : 'loaded', answer: body }
  }
}
