import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type { Factor } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'

/** How a sign-in goes on after a step; codes when the step has made them, shown this once. */
export interface Progress {
  readonly is: 'in' | 'second-factor' | 'change-password' | 'enrol'
  readonly by?: readonly Factor[]
  readonly maySkip?: boolean
  readonly recoveryCodes?: readonly string[]
}

export const step = (name: string, body: object = {}): Promise<Progress> => ask('POST', `/api/session/${name}`, body)

const NO_PASSKEY = 'No passkey was used: it was cancelled, took too long, or this device has none for OmniCare.'
const NOT_MADE = 'No passkey was made: it was cancelled, took too long, or this device already has one for you.'

/** Browsers say in their own words, and not in ours, why nothing came of it. */
const inPlainWords = (says: string) => () => {
  throw new Error(says)
}

export async function signByPasskey(): Promise<Progress> {
  const optionsJSON = await ask<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
    'POST',
    '/api/session/passkey/options',
  )
  return step('passkey', { response: await startAuthentication({ optionsJSON }).catch(inPlainWords(NO_PASSKEY)) })
}

/** Makes a passkey on this device. `at`: where its options are asked for. */
export async function makePasskey(at: string, proof: object = {}): Promise<object> {
  const optionsJSON = await ask<Parameters<typeof startRegistration>[0]['optionsJSON']>('POST', at, proof)
  return startRegistration({ optionsJSON }).catch(inPlainWords(NOT_MADE))
}
