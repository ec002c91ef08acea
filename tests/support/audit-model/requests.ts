/** Requests by chance: every interaction, allowed, refused, failing, alone and in Bundles. */
import type { Random } from '../../../practice/random.ts'
import type { Json } from '../client.ts'
import { MARKERS } from './book.ts'
import type { Asked, Shown, Step } from './steps.ts'

export const KINDS = ['Patient', 'Observation', 'Encounter', 'Appointment', 'Practitioner'] as const
type Kind = (typeof KINDS)[number]

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, number) => `${letter}${number}`)
/** Few, so that many meet at each. */
const IDS: Readonly<Record<Kind, readonly string[]>> = {
  Patient: numbered('p', 12),
  Observation: numbered('o', 30),
  Encounter: numbered('e', 8),
  Appointment: numbered('a', 8),
  Practitioner: numbered('d', 4),
}
const FAMILIES = ['Chalmers', 'Windsor', "O'Hara", 'Núñez']
const KEYS = numbered('k', 12)

type Made = Pick<Asked, 'method' | 'path'> & Omit<Partial<Asked>, 'id' | 'cancel'>

export class Requests {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** A resource about anybody, carrying `marker`. */
  resource(type: Kind, marker: string, id?: string, more: readonly object[] = []): Json {
    const random = this.#random
    const patient = () => ({ reference: `Patient/${random.pick(IDS.Patient)}` })
    const identifier = [{ system: MARKERS, value: marker }, ...more]
    const all = { resourceType: type, ...(id !== undefined && { id }), identifier }
    switch (type) {
      case 'Patient':
        return { ...all, name: [{ family: random.pick(FAMILIES) }], birthDate: `19${random.whole(40, 99)}-12-25` }
      case 'Observation':
        return {
          ...all,
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: random.pick(['8867-4', '8310-5']) }] },
          ...(random.chance(0.9) && { subject: patient() }),
          performer: [{ reference: `Practitioner/${random.pick(IDS.Practitioner)}` }],
        }
      case 'Encounter':
        return { ...all, status: 'finished', class: { code: 'AMB' }, subject: patient() }
      case 'Appointment':
        return {
          ...all,
          status: 'booked',
          participant: [patient(), patient()].map((actor) => ({ actor, status: 'accepted' })),
        }
      case 'Practitioner':
        return { ...all, active: random.chance(0.5) }
    }
  }

  /** Everybody, as they are at first. */
  beginning(marker: string): Made {
    const steps = KINDS.flatMap((type) =>
      IDS[type].map((id): Step => {
        const own = `${marker}.${type}.${id}`
        return { method: 'PUT', path: `${type}/${id}`, marker: own, resource: this.resource(type, own, id) }
      }),
    )
    return { method: 'POST', path: '', bundle: { type: 'transaction', steps } }
  }

  /** One interaction that can also be an entry. `marker`: what it writes carries it. */
  step(marker: string): Step {
    const random = this.#random
    const type = random.pick(KINDS)
    const id = random.pick(IDS[type])
    const path = `${type}/${id}`
    const key = { system: 'urn:key', value: random.pick(KEYS) }
    const byKey: Shown[] = [['identifier', `urn:key|${key.value}`, 'hashed']]
    const criteria: Shown[] = random.chance(0.6) ? byKey : [['_id', id]]
    const version = random.whole(1, 6)
    const sometimes = random.chance(0.2) ? { ifMatch: `W/"${version}"` } : {}
    const write = (method: string, to: string, resource: Json): Step => ({ method, path: to, resource, marker })
    return this.#oneOf<Step>([
      [18, () => ({ method: 'GET', path })],
      [4, () => ({ method: 'HEAD', path })],
      [4, () => ({ method: 'GET', path, ifNoneMatch: `W/"${version}"` })],
      [6, () => ({ method: 'GET', path: `${path}/_history/${version}` })],
      [16, () => this.search(type, id)],
      [4, () => ({ method: 'GET', path: `${path}/_history` })],
      [2, () => ({ method: 'GET', path: `${path}/_history`, query: [['_count', '2']] })],
      [2, () => ({ method: 'GET', path: `${type}/_history`, query: [['_count', '4']] })],
      [9, () => write('POST', type, this.resource(type, marker))],
      [5, () => ({ ...write('POST', type, this.resource(type, marker, undefined, [key])), criteria })],
      [12, () => ({ ...write('PUT', path, this.resource(type, marker, id)), ...sometimes })],
      [4, () => ({ ...write('PUT', type, this.resource(type, marker, undefined, [key])), query: criteria })],
      [5, () => ({ method: 'PATCH', path, marker, patch: [this.mark(marker)], ...sometimes })],
      [2, () => ({ method: 'PATCH', path: type, query: criteria, marker, patch: [this.mark(marker)] })],
      [1, () => ({ method: 'PATCH', path, patch: [{ op: 'remove', path: '/nothing' }] })],
      [5, () => ({ method: 'DELETE', path, ...sometimes })],
      [2, () => ({ method: 'DELETE', path: type, query: criteria })],
      [1, () => ({ method: 'DELETE', path: `${type}/never` })],
      [1, () => ({ method: 'GET', path: `${type}/nobody` })],
      [1, () => write('PUT', path, { ...this.resource(type, marker, id), language: 7 })],
      [1, () => write('PUT', path, this.resource(type, marker, `${id}-other`))],
      [1, () => write('POST', type, { ...this.resource(type, marker), invented: true })],
    ])
  }

  mark(marker: string): object {
    return { op: 'replace', path: '/identifier/0/value', value: marker }
  }

  search(type: Kind, id: string): Step {
    const random = this.#random
    const chart: Shown = [random.pick(['patient', 'subject']), `Patient/${random.pick(IDS.Patient)}`]
    const [one, other] = [random.pick(IDS.Observation), random.pick(IDS.Observation)]
    const inChart = random.pick(['Observation', 'Encounter'] as const)
    const get = (path: string, ...query: Shown[]): Step => ({ method: 'GET', path, query })
    return this.#oneOf<Step>([
      [3, () => get('Observation', ['_id', `${one},${other}`], ['_include', 'Observation:subject'])],
      [
        1,
        () =>
          get('Observation', ['_id', one], ['_include', 'Observation:performer'], ['_include', 'Observation:subject']),
      ],
      [1, () => get('Appointment', ['_id', random.pick(IDS.Appointment)], ['_include', 'Appointment:actor'])],
      [1, () => get('Patient', ['_id', random.pick(IDS.Patient)], ['_revinclude', 'Encounter:subject'])],
      [1, () => get('Practitioner', ['_id', 'd1'], ['_revinclude', 'Appointment:actor'], ['_count', '1'])],
      [3, () => get(inChart, chart, ['_count', '3'])],
      [1, () => get(inChart, chart, ['_id', 'nobody'])],
      [1, () => get(inChart, chart, ['_summary', 'count'])],
      [1, () => get('Observation', chart, ['code', 'http://loinc.org|8867-4'], ['_sort', '-date'], ['_count', '2'])],
      [1, () => get('Appointment', ['patient', chart[1]], ['_count', '2'])],
      [1, () => get(type, ['_id', id])],
      [1, () => get(type, ['_summary', 'count'])],
      [1, () => get('Patient', ['name', random.pick(FAMILIES), 'hashed'], ['_count', '2'])],
      [1, () => get('Patient', ['birthdate', `19${random.whole(40, 99)}-12-25`, 'hashed'], ['_count', '2'])],
      [1, () => get(type, ['identifier', `urn:key|${random.pick(KEYS)}`, 'hashed'], ['_count', '2'])],
      [1, () => get('Patient', [random.pick(FAMILIES), '1974', 'unknown'], ['_id', id])],
      [1, () => get('Patient', ['birthdate', 'yesterday'])],
    ])
  }

  searchByForm(): Made {
    const step = this.search('Patient', this.#random.pick(IDS.Patient))
    return { ...step, method: 'POST', path: `${step.path}/_search`, isForm: true }
  }

  bundle(type: 'batch' | 'transaction', marker: string): Made {
    const random = this.#random
    const own: Step[] = [
      { method: 'BREW', path: 'Coffee' },
      { method: 'GET', path: 'Pateint/p1' },
      { method: 'PUT', path: 'Patient' },
    ]
    const steps = Array.from({ length: random.whole(1, 6) }, (_, at) =>
      type === 'batch' && random.chance(0.1) ? random.pick(own) : this.step(`${marker}.${at}`),
    )
    return { method: 'POST', path: '', bundle: { type, steps } }
  }

  /** Anything that one request can ask. */
  request(marker: string): Made {
    const random = this.#random
    const id = random.pick(IDS.Patient)
    return this.#oneOf<Made>([
      [150, () => this.step(marker)],
      [5, () => this.searchByForm()],
      [1, () => ({ method: 'GET', path: 'Patient/%zz' })],
      [1, () => ({ method: 'GET', path: '_history', query: [['_count', '3']] })],
      [
        1,
        () => ({
          method: 'GET',
          path: '',
          query: [
            ['_type', 'Practitioner'],
            ['_count', '2'],
          ],
        }),
      ],
      [1, () => ({ method: 'GET', path: 'metadata' })],
      [2, () => ({ method: 'PATCH', path: `Patient/${id}`, patch: [] })],
      [6, () => this.bundle('batch', marker)],
      [8, () => this.bundle('transaction', marker)],
      [1, () => ({ method: 'GET', path: 'Pateint/p1' })],
      [1, () => ({ method: 'GET', path: 'Patient/John_Doe' })],
      [1, () => ({ method: 'POST', path: 'Pateint', resource: { resourceType: 'Pateint' } })],
      [1, () => ({ method: 'GET', path: `Patient/${id}/_history/99999` })],
      [1, () => ({ method: 'DELETE', path: 'metadata' })],
      [1, () => ({ method: 'POST', path: `Patient/${id}`, resource: { resourceType: 'Patient' } })],
      [1, () => ({ method: 'PUT', path: `Patient/${id}/_history`, resource: { resourceType: 'Patient' } })],
      [1, () => ({ method: 'GET', path: `Patient/${id}/a/b/c/d` })],
      [1, () => ({ method: 'PUT', path: `Patient/${id}`, raw: 'no JSON' })],
      [1, () => ({ method: 'POST', path: 'Patient', raw: '<x/>', headers: { 'content-type': 'text/plain' } })],
      [1, () => ({ method: 'GET', path: `Patient/${id}`, headers: { accept: 'application/fhir+xml' } })],
      [1, () => ({ method: 'POST', path: '', raw: '{"resourceType":"Bundle","type":"collection"}' })],
      [4, () => ({ ...this.step(marker), token: random.pick(['none', 'wrong'] as const) })],
      [1, () => ({ ...this.bundle('transaction', marker), token: 'wrong' as const })],
    ])
  }

  #oneOf<T>(choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let left = this.#random.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of choices) {
      left -= weight
      if (left < 0) return make()
    }
    return (choices[0] as (typeof choices)[0])[1]()
  }
}
