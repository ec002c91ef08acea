/** Patients as the hospital shows them to whoever is signed in. Operations knows none: pages ask with a short-lived token. */
import { ask, Refusal } from '../api/ask.ts'

interface HumanName {
  readonly use?: string
  readonly text?: string
  readonly family?: string
  readonly given?: readonly string[]
}

interface PatientResource {
  readonly id: string
  readonly name?: readonly HumanName[]
  readonly birthDate?: string
  readonly gender?: string
  readonly identifier?: readonly { readonly value?: string }[]
}

export interface Found {
  readonly id: string
  readonly name: string
  readonly about: string
}

const MOST = 20
/** Of a token's five minutes what it may take to reach the hospital. */
const MARGIN_MS = 20_000

let held: { readonly accessToken: string; readonly expires: string } | undefined

async function token(): Promise<string> {
  if (held === undefined || Date.parse(held.expires) - MARGIN_MS < Date.now())
    held = await ask<NonNullable<typeof held>>('GET', '/api/session/token')
  return held.accessToken
}

/** By the beginning of a name, or by a record number. At most 20. Throws a Refusal. */
export async function findPatients(base: string, sought: string): Promise<Found[]> {
  const by = /\d/.test(sought) ? 'identifier' : 'name'
  const query = new URLSearchParams({
    [by]: sought,
    _count: String(MOST),
    _elements: 'name,birthDate,gender,identifier',
  })
  const answer = await fetch(`${base}/Patient?${query}`, {
    headers: { authorization: `Bearer ${await token()}`, accept: 'application/fhir+json' },
  }).catch(() => {
    throw new Refusal(0, 'web/no-answer', 'The hospital does not answer. Try again in a moment.')
  })
  if (!answer.ok) {
    held = undefined
    throw new Refusal(
      answer.status,
      'web/hospital',
      refusals[answer.status] ?? 'The hospital can’t search now. Try again.',
    )
  }
  const { entry = [] } = (await answer.json()) as { entry?: { resource: PatientResource }[] }
  return entry.map(({ resource }) => shown(resource))
}

const refusals: Readonly<Record<number, string>> = {
  401: 'Your session has ended. Sign in again.',
  403: 'None of your roles lets you look for patients.',
}

function shown({ id, name = [], birthDate, gender, identifier = [] }: PatientResource): Found {
  const [first] = [...name.filter(({ use }) => use === 'official'), ...name]
  const spoken = first?.text ?? [...(first?.given ?? []), first?.family ?? ''].join(' ').trim()
  const about = [birthDate && `born ${birthDate}`, gender, identifier[0]?.value && `record ${identifier[0].value}`]
  return { id, name: spoken || 'No name', about: about.filter(Boolean).join(', ') }
}
