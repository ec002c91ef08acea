/** What a sign-in still needs. Pure: the same account and the same proofs always lead to the same step. */
import { type Factor, type Person, type Place, usualPlace } from '../terms.ts'

export type Step = 'second-factor' | 'change-password' | 'enrol' | 'in'

export interface Progressing {
  readonly place: Place
  readonly factors: readonly Factor[]
  /** Whether setting up a second factor was put off, where that may be done. */
  readonly skipped: boolean
}

type Account = Pick<Person, 'roles' | 'totp' | 'passkeys' | 'mustChangePassword'>

export const hasSecond = ({ totp, passkeys }: Pick<Account, 'totp' | 'passkeys'>): boolean => totp || passkeys > 0

/** Administrators, wherever they sign in, and whoever signs in to operations. */
export const needsSecond = ({ roles }: Pick<Account, 'roles'>, place: Place): boolean =>
  place === 'operations' || roles.includes('administrator')

/** What proves no more than one thing: a password or, as far as nothing else is known, an identity provider. */
const FIRST: readonly Factor[] = ['password', 'provider']

/** Whoever may do anything at operations is there wherever they ask to be, and proves a second factor for it. */
export const placeOf = ({ roles }: Pick<Account, 'roles'>, asked: Place = 'hospital'): Place =>
  usualPlace(roles) === 'operations' ? 'operations' : asked

/**
 * The second factor comes first, so that whoever has only the password can't change it. A passkey is both factors: the
 * device, and what unlocks it.
 */
export function nextStep(account: Account, { place, factors, skipped }: Progressing): Step {
  const isProved = factors.some((factor) => !FIRST.includes(factor))
  if (!isProved && hasSecond(account)) return 'second-factor'
  if (account.mustChangePassword) return 'change-password'
  if (!isProved && !skipped && needsSecond(account, place)) return 'enrol'
  return 'in'
}
