/** What an account may be called. Pure. https://www.rfc-editor.org/rfc/rfc8265, UsernameCaseMapped */
import { identityFaults } from '../faults.ts'
import { ROLES, type Role } from '../terms.ts'
import { isId } from '../tools.ts'

const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,63}$/u
const EMAIL = /^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,190}$/
const FHIR = /^(?:Practitioner|Patient)\/[A-Za-z0-9.-]{1,64}$/
const MOST_DISPLAY_NAME = 200

const refuse = (why: string): never => {
  throw identityFaults['bad-account']({ why })
}

/** As user names are compared; of any text, so that whatever is typed at the door can be looked up. */
export const userKeyOf = (userName: string): string =>
  userName.toWellFormed().replaceAll('\0', '\ufffd').normalize('NFKC').trim().toLowerCase()

export const userNameIn = (given: string): string => {
  const name = given.normalize('NFKC').trim()
  if (!USER_NAME.test(name))
    refuse('A user name has 1 to 64 letters, digits and . _ @ + - and begins with a letter or digit.')
  // Accounts are named by either.
  if (isId(name.toLowerCase())) refuse('A user name must not look like the id of an account.')
  return name
}

export function displayNameIn(given: string): string {
  const name = given.trim()
  if (name !== '' && name.length <= MOST_DISPLAY_NAME && !/\p{Cc}/u.test(name)) return name
  return refuse(`A name has 1 to ${MOST_DISPLAY_NAME} characters in one line.`)
}

export const emailIn = (given: string | undefined): string | null =>
  given === undefined || given === '' ? null : EMAIL.test(given) ? given : refuse('The e-mail address is none.')

export const fhirIn = (given: string | undefined): string | null =>
  given === undefined || given === ''
    ? null
    : FHIR.test(given)
      ? given
      : refuse('The account is linked to a Practitioner or a Patient, as in Practitioner/7.')

/** Each once, in the order of the list. */
export function rolesIn(given: readonly string[]): Role[] {
  const known: readonly string[] = ROLES
  if (given.some((role) => !known.includes(role))) refuse(`The roles are ${ROLES.join(', ')}.`)
  if (given.length === 0) refuse('An account has at least one role.')
  return ROLES.filter((role) => given.includes(role))
}
