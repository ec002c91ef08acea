/** Asking operations, for the commands that look after it. */
import { Fault, KINDS, type Kind } from '#foundation/fault.ts'
import { isDistrust, openFetch } from '#foundation/tls/calls.ts'
import type { Context } from './command.ts'
import { cliFaults } from './faults.ts'

/** Sends a request with the token; `path` follows `/api/operations/`. Throws what operations refuses with, as a fault of the same kind. */
export async function askOperations(
  context: Context,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Response> {
  const { operationsUrl, believed, token } = context
  const answer = await openFetch(believed)(`${operationsUrl}/api/operations/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token()}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw cliFaults[isDistrust(error) ? 'not-believed' : 'not-running']({ url: operationsUrl })
  })
  if (answer.ok) return answer
  if (answer.status === 401) throw cliFaults['wrong-token']()
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string }
  const kind = (Object.keys(KINDS) as Kind[]).find((one) => KINDS[one].http === answer.status) ?? 'broken'
  throw new Fault(
    kind,
    problem.title ?? 'operations/refused',
    problem.detail ?? `Operations answers ${answer.status}.`,
    '',
  )
}

/** Each line of an answer as JSON, as it comes. */
export async function* linesOf<T>(answer: Response): AsyncGenerator<T> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as T
  }
}
