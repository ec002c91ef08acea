/** Clients of all kinds at once, over real sockets, who remember every request and every answer that came whole. */
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
    const ask: Ask = async (method, path, body, { entries, headers = {} } = {}) => {
      const one: Asked = { request: `traffic-${seed}-${asked.length}`, ...(entries !== undefined && { entries }) }
      asked.push(one)
      const { [plane]: door, token } = doors()
      const answer = await fetch(door + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-request-id': one.request,
          ...(body !== undefined && { 'content-type': 'application/fhir+json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      const json = (text === '' ? {} : JSON.parse(text)) as Json
      one.answered = { status: answer.status, ...told(json) }
      answers++
      if (answer.status >= 500) throw new Unserved()
      return { status: answer.status, json }
    }
    const turn = turnOf(ask, new Random(seed + number))
    while (on)
      await turn().catch(async (error: unknown) => {
        if (!(error instanceof Unserved) && !(error instanceof TypeError)) throw error
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

type Ask = (
  method: string,
  path: string,
  body?: object,
  more?: { readonly entries?: number; readonly headers?: Readonly<Record<string, string>> },
) => Promise<{ readonly status: number; readonly json: Json }>

/** The server said that it can't at the moment. */
class Unserved extends Error {}

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
  const submit = (type: 'batch' | 'transaction', ...entry: object[]) =>
    ask('POST', FHIR, { resourceType: 'Bundle', type, entry }, { entries: entry.length })
  const take = () => charts.splice(random.whole(0, charts.length - 1), 1)[0] as string
  const enter = async () => {
    const { json } = await ask('POST', `${FHIR}/Patient`, patient())
    charts.push(`Patient/${json.id}`)
  }

  const turns: readonly (() => Promise<unknown>)[] = [
    enter,
    async () => {
      const id = randomUUID()
      await ask('PUT', `${FHIR}/Patient/${id}`, patient(id))
      charts.push(`Patient/${id}`)
    },
    async () => {
      const name = take()
      await ask('PUT', `${FHIR}/${name}`, patient(name.slice('Patient/'.length)))
      charts.push(name)
    },
    () => ask('POST', `${FHIR}/Observation`, observation(random.pick(charts), number++)),
    async () => {
      const name = take()
      await ask('DELETE', `${FHIR}/${name}`)
      deleted.push(name)
    },
    () => ask('GET', `${FHIR}/${random.pick(charts)}`),
    () => ask('GET', `${FHIR}/${random.pick(charts)}/_history/1`),
    () => ask('GET', `${FHIR}/${deleted.at(-1) ?? 'Patient/nobody'}`),
    () => ask('GET', `${FHIR}/Observation?patient=${random.pick(charts)}&_include=Observation:subject`),
    () => ask('GET', `${FHIR}/Patient?family=turn-${random.whole(0, 9)}&_count=5`),
    () => ask('GET', `${FHIR}/AuditEvent?_count=1`),
    () => ask('GET', `${FHIR}/Patient/${randomUUID()}`, undefined, NOBODY),
    () => ask('POST', `${FHIR}/Patient`, INVALID),
    () => ask('GET', `${FHIR}/Patient?birthdate=yesterday`),
    async () => {
      const ids = [randomUUID(), randomUUID()]
      const entries = ids.map((id) => put(id, patient(id)))
      await submit(random.pick(['batch', 'transaction']), ...entries, get(random.pick(charts)))
      charts.push(...ids.map((id) => `Patient/${id}`))
    },
    () =>
      submit('batch', get(random.pick(charts)), get('Patient/nobody'), put('invalid', { ...INVALID, id: 'invalid' })),
    () => submit('transaction', put(randomUUID(), INVALID), get('Patient/nobody')),
  ]
  return async () => {
    await (charts.length === 0 ? enter() : random.pick(turns)())
  }
}

/** Looks into the trail itself. */
function auditor(ask: Ask, random: Random): () => Promise<void> {
  const trail = '/api/operations/audit'
  const turns = [
    () => ask('GET', `${trail}/entries?most=2`),
    () => ask('GET', `${trail}/count?request=nobody`),
    () => ask('GET', `${trail}/count?wrong=1`),
    () => ask('GET', `${trail}/entries`, undefined, NOBODY),
  ]
  return async () => void (await random.pick(turns)())
}
