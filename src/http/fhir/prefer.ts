/** Prefer: RFC 7240 and https://hl7.org/fhir/R4/http.html#ops */
import { remembering } from './media.ts'

export interface Preferences {
  /** What a write answers with. */
  readonly answer: 'minimal' | 'representation' | 'OperationOutcome'
  /** Refuse parameters that are not understood, instead of ignoring them. */
  readonly strict: boolean
}

const NONE: Preferences = { answer: 'representation', strict: false }

const ANSWERS: Readonly<Record<string, Preferences['answer']>> = {
  minimal: 'minimal',
  representation: 'representation',
  operationoutcome: 'OperationOutcome',
}

const parse = remembering((prefer: string): Preferences => {
  const given = new Map<string, string>()
  for (const preference of prefer.toLowerCase().split(/[,;]/)) {
    const [name = '', value = ''] = preference.split('=', 2)
    // Of a preference that comes twice, the first counts.
    if (!given.has(name.trim())) given.set(name.trim(), value.trim().replaceAll('"', ''))
  }
  return { answer: ANSWERS[given.get('return') ?? ''] ?? NONE.answer, strict: given.get('handling') === 'strict' }
})

/** What is preferred; what isn't known is ignored, as the RFC has it. */
export const preferencesOf = (prefer: string | string[] | undefined): Preferences =>
  prefer === undefined ? NONE : parse(String(prefer))
