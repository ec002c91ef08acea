/** What the model test asks of a hospital: one interaction, by itself or as an entry of a Bundle, with all that decides its entry. */
import type { Json } from '../client.ts'

/** A parameter as the trail has to keep it: its value, or that of the value only a hash stands there. */
export type Shown = readonly [name: string, value: string, kept?: 'hashed' | 'unknown']

export interface Step {
  readonly method: string
  /** Relative to the FHIR base, without a query. */
  readonly path: string
  readonly query?: readonly Shown[]
  /** Criteria of If-None-Exist. */
  readonly criteria?: readonly Shown[]
  /** Of a search by POST: whether the query goes in the body. */
  readonly isForm?: boolean
  readonly resource?: Json
  /** A JSON Patch. */
  readonly patch?: readonly object[]
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  /** What the resource that it writes carries: by that the record tells who made a version. */
  readonly marker?: string
}

export interface Asked extends Step {
  /** Request id. */
  readonly id: string
  readonly token?: 'none' | 'wrong'
  readonly headers?: Readonly<Record<string, string>>
  readonly bundle?: { readonly type: string; readonly steps: readonly Step[] }
  /** Body as it is sent, where it is none of the above. */
  readonly raw?: string
  /** When the client hangs up: after so many turns of the event loop, having sent so much of the body. */
  readonly cancel?: { readonly turns: number; readonly sent: number }
}

const text = (parameters: readonly Shown[] = []): string =>
  parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')

const isSearchByForm = ({ isForm }: Step) => isForm === true

export const addressOf = (step: Step): string =>
  step.query === undefined || isSearchByForm(step) ? step.path : `${step.path}?${text(step.query)}`

const entryOf = (step: Step): object => {
  const { method, resource, patch, ifMatch, ifNoneMatch, criteria } = step
  const data = patch && Buffer.from(JSON.stringify(patch)).toString('base64')
  const sent = patch ? { resourceType: 'Binary', contentType: 'application/json-patch+json', data } : resource
  const request = {
    method,
    url: addressOf(step),
    ...(ifMatch && { ifMatch }),
    ...(ifNoneMatch && { ifNoneMatch }),
    ...(criteria && { ifNoneExist: text(criteria) }),
  }
  return { ...(sent && { resource: sent }), request }
}

/** The body of a request, and what kind it is; nothing when there is none. */
export function bodyOf(asked: Asked): { readonly body: string; readonly type: string } | undefined {
  const { raw, bundle, patch, resource, query } = asked
  const fhir = (value: unknown) => ({ body: JSON.stringify(value), type: 'application/fhir+json' })
  if (raw !== undefined) return { body: raw, type: 'application/fhir+json' }
  if (isSearchByForm(asked)) return { body: text(query), type: 'application/x-www-form-urlencoded' }
  if (bundle) return fhir({ resourceType: 'Bundle', type: bundle.type, entry: bundle.steps.map(entryOf) })
  if (patch) return { body: JSON.stringify(patch), type: 'application/json-patch+json' }
  return resource && fhir(resource)
}

export const headersOf = ({ ifMatch, ifNoneMatch, criteria }: Step): Record<string, string> => ({
  ...(ifMatch && { 'if-match': ifMatch }),
  ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }),
  ...(criteria && { 'if-none-exist': text(criteria) }),
})
