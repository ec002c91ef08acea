/** Which scopes a program may be granted, and when a patient must be known. Pure. */
import { covered, type SmartScope, scopesOf } from '../access.ts'

/** Of those that are asked for the ones that the program was registered with, and that fit who asks. */
export function grantable(asked: string, registered: string, byItself: boolean): readonly SmartScope[] {
  const held = scopesOf(registered).smart
  return scopesOf(asked).smart.filter((one) => (one.context === 'system') === byItself && covered(one, held))
}

/** Whether what is asked for is about one patient, who has to be chosen when the program wasn't started with one. */
export function needsPatient(asked: string): boolean {
  const { smart, plain } = scopesOf(asked)
  return plain.includes('launch/patient') || smart.some(({ context }) => context === 'patient')
}

const WORDS: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  profile: 'See your name',
  fhirUser: 'Know who you are in the record',
  launch: 'Know from which chart it was started',
  'launch/patient': 'Know which patient you choose',
  'launch/encounter': 'Know which encounter you choose',
  offline_access: 'Go on when you have signed out',
  online_access: 'Go on while you are signed in',
}

const DOES: Readonly<Record<string, string>> = { c: 'add', r: 'read', u: 'change', d: 'delete', s: 'search' }
const WHOSE = {
  patient: 'of the chosen patient',
  user: 'of all patients that you may see',
  system: 'of all patients',
} as const

/** A scope in plain words, as whoever is asked for consent reads it. */
export function inWords(scope: string): string {
  const known = Object.hasOwn(WORDS, scope) ? WORDS[scope] : undefined
  if (known !== undefined) return known
  const [one] = scopesOf(scope).smart
  if (one === undefined) return scope
  const verbs = one.may.map((letter) => DOES[letter] as string)
  const does = verbs.length > 1 ? `${verbs.slice(0, -1).join(', ')} and ${verbs.at(-1)}` : verbs.join('')
  const what = one.type === '*' ? 'everything' : `${one.type} entries`
  const only = one.query === undefined ? '' : `, only where ${one.query}`
  return `${does[0]?.toUpperCase()}${does.slice(1)} ${what} ${WHOSE[one.context]}${only}`
}
