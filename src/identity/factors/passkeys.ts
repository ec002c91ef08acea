/** Passkeys: https://www.w3.org/TR/webauthn-3/ */

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { netOf } from '../accounts/net.ts'
import { identityFaults } from '../faults.ts'
import { newSecret } from '../secrets.ts'
import type { Person } from '../terms.ts'
import {
  addChallenge,
  addPasskey,
  type ChallengePurpose,
  dropPasskey,
  notePasskeyUse,
  type PasskeyRow,
  passkeyById,
  passkeysOf,
  takeChallenge,
  tidyChallenges,
} from './statements/passkeys.ts'

/** Whom passkeys are made for: they work on these sites only. */
export interface RelyingParty {
  /** A domain, as in `emr.example.org`. */
  readonly id: string
  /** As in `https://emr.example.org`. */
  readonly origins: readonly string[]
}

export interface Passkey {
  readonly id: string
  readonly name: string
  /** Whether its maker copies it to the person's other devices. */
  readonly synced: boolean
  /** RFC 3339. */
  readonly made: string
  readonly used?: string
}

/** What authenticators sign with: Ed25519, ES256, RS256. https://www.iana.org/assignments/cose/cose.xhtml#algorithms */
const ALGORITHMS = [-8, -7, -257]
const RP_NAME = 'OmniCare'
const CHALLENGE_MS = 5 * 60_000
/** At a time, of one network: behind one address a whole hospital may sign in. */
const MOST_CHALLENGES = 200
const MOST_PASSKEYS = 20
const MOST_NAME = 60

type Transports = AuthenticatorTransport[]
type AuthenticatorTransport = 'ble' | 'cable' | 'hybrid' | 'internal' | 'nfc' | 'smart-card' | 'usb'

/** Loaded when the first passkey is asked for: it would be a tenth of a start. */
const webauthn = () => import('@simplewebauthn/server')

export const openPasskeys = (party: RelyingParty, nowMs: () => number) => {
  const challenge = async (
    tx: Pick<Queries, 'rows'>,
    purpose: ChallengePurpose,
    person: string | null,
    address: string,
  ) => {
    const text = newSecret()
    const now = nowMs()
    const made = {
      challenge: text,
      purpose,
      person,
      net: netOf(address),
      now: at(now),
      expires: at(now + CHALLENGE_MS),
    }
    await tx.rows(addChallenge(made, MOST_CHALLENGES))
    return new Uint8Array(Buffer.from(text, 'base64url'))
  }

  return {
    /** What the browser is to be asked for to make a passkey. */
    async begin(
      tx: Pick<Queries, 'rows'>,
      person: Person,
      address: string,
    ): Promise<PublicKeyCredentialCreationOptionsJSON> {
      const held = await tx.rows(passkeysOf(person.id))
      if (held.length >= MOST_PASSKEYS) throw identityFaults['too-many-passkeys']()
      const { generateRegistrationOptions } = await webauthn()
      return generateRegistrationOptions({
        rpName: RP_NAME,
        rpID: party.id,
        userName: person.userName,
        userDisplayName: person.displayName,
        userID: new Uint8Array(Buffer.from(person.id)),
        challenge: await challenge(tx, 'register', person.id, address),
        timeout: CHALLENGE_MS,
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: held.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as string[] })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      })
    },
    /** Keeps the passkey that the browser has made. Throws `identity/wrong-passkey`. */
    async confirm(tx: Queries, person: string, response: RegistrationResponseJSON, name: string): Promise<Passkey> {
      const { verifyRegistrationResponse } = await webauthn()
      const isAsked = async (given: string) => (await taken(tx, given, 'register', nowMs())) === person
      const made = await verified(isAsked, (expectedChallenge) =>
        verifyRegistrationResponse({
          response,
          expectedChallenge,
          expectedOrigin: [...party.origins],
          expectedRPID: party.id,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      )
      if (!made.verified) throw identityFaults['wrong-passkey']()
      const { credential, credentialBackedUp: synced } = made.registrationInfo
      const key = {
        id: credential.id,
        person,
        name:
          name
            .replace(/\p{Cc}/gu, '')
            .trim()
            .slice(0, MOST_NAME) || 'Passkey',
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        synced,
      }
      const now = at(nowMs())
      if ((await tx.rows(addPasskey(key, now))).length === 0) throw identityFaults['wrong-passkey']()
      return { id: key.id, name: key.name, synced, made: now }
    },
    /** What the browser is to be asked for: one of the person's passkeys, or of whoever is there. */
    async ask(
      tx: Pick<Queries, 'rows'>,
      person: string | undefined,
      address: string,
    ): Promise<PublicKeyCredentialRequestOptionsJSON> {
      const held = person === undefined ? [] : await tx.rows(passkeysOf(person))
      const { generateAuthenticationOptions } = await webauthn()
      return generateAuthenticationOptions({
        rpID: party.id,
        challenge: await challenge(tx, 'sign-in', person ?? null, address),
        timeout: CHALLENGE_MS,
        userVerification: 'required',
        ...(person !== undefined && {
          allowCredentials: held.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as string[] })),
        }),
      })
    },
    /** Whose passkey has answered a challenge, each once. Throws `identity/wrong-passkey`. */
    async check(tx: Queries, response: AuthenticationResponseJSON): Promise<string> {
      const [row] = isBase64url(response?.id) ? await tx.rows(passkeyById(response.id)) : []
      if (row === undefined) throw identityFaults['wrong-passkey']()
      const { verifyAuthenticationResponse } = await webauthn()
      const isAsked = async (given: string) => {
        const asked = await taken(tx, given, 'sign-in', nowMs())
        return asked === null || asked === row.person
      }
      const answered = await verified(isAsked, (expectedChallenge) =>
        verifyAuthenticationResponse({
          response,
          expectedChallenge,
          expectedOrigin: [...party.origins],
          expectedRPID: party.id,
          credential: {
            id: row.id,
            publicKey: new Uint8Array(fromBytea(row.public_key)),
            counter: Number(row.counter),
            transports: JSON.parse(row.transports) as Transports,
          },
          requireUserVerification: true,
        }),
      )
      if (!answered.verified) throw identityFaults['wrong-passkey']()
      await tx.rows(notePasskeyUse(row.id, answered.authenticationInfo.newCounter, at(nowMs())))
      return row.person
    },
    list: async (tx: Pick<Queries, 'rows'>, person: string): Promise<Passkey[]> =>
      (await tx.rows(passkeysOf(person))).map(passkeyOf),
    /** Throws `identity/no-factor`. */
    async remove(tx: Queries, person: string, id: string): Promise<void> {
      if (!isBase64url(id) || (await tx.rows(dropPasskey(id, person))).length === 0) throw identityFaults['no-factor']()
    },
    tidy: async (tx: Pick<Queries, 'rows'>): Promise<void> => void (await tx.rows(tidyChallenges(at(nowMs())))),
  }
}

export type Passkeys = ReturnType<typeof openPasskeys>

const isBase64url = (given: unknown): given is string => typeof given === 'string' && /^[\w-]{1,1400}$/.test(given)

/** For whom the challenge was made: null for whoever answers, undefined when there was none. */
async function taken(tx: Queries, challenge: string, purpose: ChallengePurpose, nowMs: number) {
  const [row] = isBase64url(challenge) ? await tx.rows(takeChallenge(challenge, purpose, at(nowMs))) : []
  return row?.person
}

const passkeyOf = ({ id, name, synced, made, used }: PasskeyRow): Passkey => ({
  id,
  name,
  synced,
  made: instant(made),
  ...(used !== null && { used: instant(used) }),
})

type Asked = (challenge: string) => Promise<boolean>

/** What the library throws of a response that is none, or not ours, is a wrong passkey; what the database throws is not. */
async function verified<T>(isAsked: Asked, verify: (expected: Asked) => Promise<T>): Promise<T> {
  let lost: unknown
  const expected: Asked = (challenge) =>
    isAsked(challenge).catch((error: unknown) => {
      lost = error
      throw error
    })
  try {
    return await verify(expected)
  } catch (cause) {
    throw lost ?? Object.assign(identityFaults['wrong-passkey'](), { cause })
  }
}
