/** Clients of all kinds at once, over real sockets, who remember every request and every answer that came whole. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Random } from '../../practice/random.ts'
import type { Json } from './client.ts'
import { until } from './running.ts'

/** A request, and what came of it. */
export interface Asked {
  readonly request: string
  /** Of a Bundle: how many entries it has. */
  readonly entries?: number
  /** When the answer came whole. */
  answered?: { readonly status: number; readonly code?: string; readonly statuses?: readonly number[] }
}

/** Where each plane answers, without a final slash, and the token for both. */
export interface Doors {
  readonly hospital: string
  readonly operations: string
  readonly token: string
}

export interface Traffic {
  readonly asked: readonly Asked[]
  /** How many answers came whole. Throws what a client met that was neither an answer nor a lost connection. */
  readonly answers: () => number
  /** Ends it; resolves once the last client has gone. Throws as `answers` does. */
  readonly end: () => Promise<void>
}

const AT_THE_HOSPITAL = 8
const AT_OPERATIONS = 2

/** @param doors as they are at the moment: whoever loses their connection comes back to where it serves again */
export function startTraffic(doors: () => Doors, seed: number): Traffic {
  const asked: Asked[] = []
  let on = true
  let answers = 0

  const client = async (number: number, turnOf: (ask: Ask, random: Random) => () => Promise<void>) => {
    const plane = number < AT_THE_HOSPITAL ? 'hospital' : 'operations'
    const ask: Ask = async (wanted, method, path, body, { entries, headers = {} } = {}) => {
      const one: Asked = { request: `traffic-${seed}-${asked.length}`, ...(entries !== undefined && { entries }) }
      asked.push(one)
      const { [plane]: door, token } = doors()
      const answer = await whole(door + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-request-id': one.request,
          ...(body !== undefined && { 'content-type': 'application/fhir+json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const { status, text } = answer
      const json = (text === '' ? {} : JSON.parse(text)) as Json
      one.answered = { status, ...told(json) }
      answers++
      assert.equal(answer.request, one.request)
      if (status === 503) throw new Away()
      assert.equal(status, wanted, `${one.request}: ${method} ${path}: ${text.slice(0, 300)}`)
      return json
    }
    const turn = turnOf(ask, new Random(seed + number))
    while (on)
      await turn().catch(async (error: unknown) => {
        if (!(error instanceof Away)) throw error
        const well = () =>
          fetch(`${doors()[plane]}/health/ready`).then(
            ({ ok }) => ok,
            () => false,
          )
        await until('it serves again', async () => !on || (await well()))
      })
  }
  const clients = [
    ...Array.from({ length: AT_THE_HOSPITAL }, (_, number) => client(number, clinician)),
    ...Array.from({ length: AT_OPERATIONS }, (_, number) => client(AT_THE_HOSPITAL + number, auditor)),
  ]
  let failure: { readonly error: unknown } | undefined
  const look = () => {
    if (failure !== undefined) throw failure.error
  }
  const gone = clients.map((one) =>
    one.catch((error: unknown) => {
      failure ??= { error }
    }),
  )
  return {
    asked,
    answers() {
      look()
      return answers
    },
    async end() {
      on = false
      await Promise.all(gone)
      look()
    },
  }
}

/** Gives the answer's body; throws when it is not one of 503 and has another status than `wanted`. */
type Ask = (
  wanted: number,
  method: string,
  path: string,
  body?: object,
  more?: { readonly entries?: number; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Json>

/** The server is gone, or says that it can't at the moment. */
class Away extends Error {}

/** An answer up to its last byte; throws `Away` when the connection is lost before that. */
async function whole(url: string, init: RequestInit) {
  try {
    const answer = await fetch(url, init)
    const text = await answer.text()
    return { status: answer.status, request: answer.headers.get('x-request-id'), text }
  } catch (cause) {
    throw new Away('', { cause })
  }
}

/** Of a refusal its code, of a Bundle's answer the status of each entry. */
function told({ resourceType, type, issue, entry, title }: Json): { code?: string; statuses?: number[] } {
  if (resourceType === undefined) return typeof title === 'string' ? { code: title } : {}
  if (resourceType === 'OperationOutcome')
    return { code: (issue as { details?: { coding: { code: string }[] } }[])[0]?.details?.coding[0]?.code ?? '' }
  if (resourceType !== 'Bundle' || !/-response$/.test(String(type))) return {}
  const statuses = (entry as { response: { status: string } }[]).map(({ response }) =>
    Number.parseInt(response.status, 10),
  )
  return { statuses }
}

const FHIR = '/fhir/R4'
const NOBODY = { headers: { authorization: 'Bearer guessed' } }
const INVALID = { resourceType: 'Patient', gender: 'blue' }
const observation = (patient: string, value: number) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: patient },
  valueQuantity: { value },
})

/** Reads and writes charts that nobody else writes. What may have been stored or not is left alone from then on. */
function clinician(ask: Ask, random: Random): () => Promise<void> {
  const charts: string[] = []
  const deleted: string[] = []
  let number = 0
  const patient = (id?: string) => ({
    resourceType: 'Patient',
    ...(id !== undefined && { id }),
    name: [{ family: `turn-${number++}` }],
  })
  const put = (id: string, resource: object) => ({ resource, request: { method: 'PUT', url: `Patient/${id}` } })
  const get = (url: string) => ({ request: { method: 'GET', url } })
  const submit = (wanted: number, type: 'batch' | 'transaction', ...entry: object[]) =>
    ask(wanted, 'POST', FHIR, { resourceType: 'Bundle', type, entry }, { entries: entry.length })
  const take = () => charts.splice(random.whole(0, charts.length - 1), 1)[0] as string
  const enter = async () => {
    const { id } = await ask(201, 'POST', `${FHIR}/Patient`, patient())
    charts.push(`Patient/${id}`)
  }

  const turns: readonly (() => Promise<unknown>)[] = [
    enter,
    async () => {
      const id = randomUUID()
      await ask(201, 'PUT', `${FHIR}/Patient/${id}`, patient(id))
      charts.push(`Patient/${id}`)
    },
    async () => {
      const name = take()
      await ask(200, 'PUT', `${FHIR}/${name}`, patient(name.slice('Patient/'.length)))
      charts.push(name)
    },
    () => ask(201, 'POST', `${FHIR}/Observation`, observation(random.pick(charts), number++)),
    async () => {
      const name = take()
      await ask(204, 'DELETE', `${FHIR}/${name}`)
      deleted.push(name)
    },
    () => ask(200, 'GET', `${FHIR}/${random.pick(charts)}`),
    () => ask(200, 'GET', `${FHIR}/${random.pick(charts)}/_history/1`),
    () => ask(deleted.length > 0 ? 410 : 404, 'GET', `${FHIR}/${deleted.at(-1) ?? 'Patient/nobody'}`),
    () => ask(200, 'GET', `${FHIR}/Observation?patient=${random.pick(charts)}&_include=Observation:subject`),
    () => ask(200, 'GET', `${FHIR}/Patient?family=turn-${random.whole(0, 9)}&_count=5`),
    () => ask(200, 'GET', `${FHIR}/AuditEvent?_count=1`),
    () => ask(401, 'GET', `${FHIR}/Patient/${randomUUID()}`, undefined, NOBODY),
    () => ask(422, 'POST', `${FHIR}/Patient`, INVALID),
    () => ask(400, 'GET', `${FHIR}/Patient?birthdate=yesterday`),
    async () => {
      const ids = [randomUUID(), randomUUID()]
      const entries = ids.map((id) => put(id, patient(id)))
      const answer = await submit(200, random.pick(['batch', 'transaction']), ...entries, get(random.pick(charts)))
      const { statuses } = told(answer)
      charts.push(...ids.filter((_, at) => statuses?.[at] === 201).map((id) => `Patient/${id}`))
    },
    () =>
      submit(
        200,
        'batch',
        get(random.pick(charts)),
        get('Patient/nobody'),
        put('invalid', { ...INVALID, id: 'invalid' }),
      ),
    () => submit(422, 'transaction', put(randomUUID(), INVALID), get('Patient/nobody')),
  ]
  return async () => {
    await (charts.length === 0 ? enter() : random.pick(turns)())
  }
}

/** Looks into the trail itself. */
function auditor(ask: Ask, random: Random): () => Promise<void> {
  const trail = '/api/operations/audit'
  const turns = [
    () => ask(200, 'GET', `${trail}/entries?most=2`),
    () => ask(200, 'GET', `${trail}/count?request=nobody`),
    () => ask(400, 'GET', `${trail}/count?wrong=1`),
    () => ask(401, 'GET', `${trail}/entries`, undefined, NOBODY),
  ]
  return async () => void (await random.pick(turns)())
}
