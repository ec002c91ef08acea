/** Requests to operations, as its door wants them from its own pages. */
import { isAway } from './presence.ts'

/** What the server has refused, in its words. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, says: string) {
    super(says)
    this.status = status
    this.code = code
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** By what the server knows our pages; changes with each sign-in. Nobody else can read it. */
let csrf: string | undefined

const HEARS_NOTHING = 'OmniCare does not answer. Check your connection, then try again.'

/** Throws a Refusal. */
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  if (method !== 'GET' && csrf === undefined) await ask('GET', '/api/session')
  try {
    return await send(method, path, body)
  } catch (error) {
    // Another tab has signed in or out meanwhile.
    if (!(error instanceof Refusal) || error.code !== 'door/no-csrf') throw error
    await send('GET', '/api/session')
    return send(method, path, body)
  }
}

async function send<T>(method: Method, path: string, body?: object): Promise<T> {
  const headers = {
    accept: 'application/json',
    ...(isAway() && { 'x-omnicare-watching': 'yes' }),
    ...(method !== 'GET' && { 'content-type': 'application/json', 'x-omnicare-csrf': csrf ?? '' }),
  }
  const answer = await fetch(path, {
    method,
    headers,
    ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
  }).catch(() => {
    throw new Refusal(0, 'web/no-answer', HEARS_NOTHING)
  })
  const said: unknown = await answer.json().catch(() => ({}))
  const { csrf: given, title, detail } = said as Readonly<Record<string, string | undefined>>
  if (!answer.ok)
    throw new Refusal(answer.status, title ?? 'web/refused', detail ?? 'OmniCare can’t do this now. Try again later.')
  if (given !== undefined) csrf = given
  return said as T
}
