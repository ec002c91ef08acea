/** Every version that a record holds, and whose data it is: what the model goes by where an answer does not tell. */
import type { Json } from '../client.ts'

export interface Page {
  /** Whose data it is, as `Patient/1`. */
  readonly patients: readonly string[]
  readonly deleted: boolean
  /** Which step wrote it. */
  readonly marker: string | undefined
}

/** By `Type/id/_history/version`. */
export type Book = Map<string, Page>

export const MARKERS = 'urn:step'

interface Resource {
  readonly resourceType: string
  readonly id?: string
  readonly subject?: { readonly reference: string }
  readonly participant?: readonly { readonly actor: { readonly reference: string } }[]
  readonly identifier?: readonly { readonly system: string; readonly value: string }[]
}

/** Of the types that the test uses: the patient's own, the subject of a chart, everybody who takes part. */
export function patientsIn(resource: Json): string[] {
  const { resourceType, id, subject, participant = [] } = resource as unknown as Resource
  if (resourceType === 'Patient') return [`Patient/${id}`]
  const named = [subject?.reference ?? '', ...participant.map(({ actor }) => actor.reference)]
  return [...new Set(named)].filter((one) => one.startsWith('Patient/'))
}

export const pageOf = (resource: Json): Page => ({
  patients: patientsIn(resource),
  deleted: false,
  marker: (resource as unknown as Resource).identifier?.find(({ system }) => system === MARKERS)?.value,
})

/** Writes down what a history Bundle tells. */
export function addHistory(book: Book, bundle: Json): void {
  for (const entry of (bundle.entry ?? []) as HistoryEntry[]) book.set(nameOf(entry), pageOfEntry(entry))
}

export interface HistoryEntry {
  readonly fullUrl: string
  readonly resource?: Json
  readonly response: { readonly etag: string }
}

export const versionIn = (etag: string | undefined): number => Number(/\d+/.exec(etag ?? '')?.[0])

export const nameOf = ({ fullUrl, response }: HistoryEntry): string =>
  `${fullUrl.split('/').slice(-2).join('/')}/_history/${versionIn(response.etag)}`

/** Of what was deleted only a patient is still known to be one. */
export const pageOfEntry = ({ fullUrl, resource }: HistoryEntry): Page => {
  if (resource !== undefined) return pageOf(resource)
  const [type, id] = fullUrl.split('/').slice(-2)
  return { patients: type === 'Patient' ? [`Patient/${id}`] : [], deleted: true, marker: undefined }
}
