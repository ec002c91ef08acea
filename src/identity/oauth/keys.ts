/**
 * The keys that sign access tokens (ES256, RFC 7518). A new one is known to everybody before it signs, and an old one counts
 * until all it has signed is over: so no valid token is ever refused because a key was changed.
 */

import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Seal } from '../seal.ts'
import { type Caller, changing, isId, type Tools } from '../tools.ts'
import {
  addSigningKey,
  dropSigningKey,
  dropSigningKeysToCome,
  letOthersExpire,
  lockSigningKeys,
  type SigningKeyRow,
  sealSigningKeyAnew,
  signingKeys,
  tidySigningKeys,
} from './statements/keys.ts'

export const ALGORITHM = 'ES256'
const DAY_MS = 86_400_000
/** Longer than those who verify take to ask again. */
const LEAD_MS = 10 * 60_000
/** Longer than anything signed lives. */
const KEEP_MS = DAY_MS

/** As of one moment. */
interface KeySet {
  /** Both halves, the one that signs first. */
  readonly signing: readonly JWK[]
  /** Public halves only, as RFC 7517 has them. */
  readonly public: readonly JWK[]
}

export interface SigningKeys {
  /** The set as it was last loaded. It is another object when anything in it has changed. */
  readonly current: () => KeySet
  /** Makes another key when it is time, and lets the next one sign when it is known everywhere. To be done every minute. */
  care(): Promise<void>
  /** Signs by a new key from now on. What the former ones have signed goes on counting. */
  rotate(caller: Caller): Promise<void>
  /** Whatever it has signed counts no more, as soon as those who verify have asked again. Throws `identity/no-signing-key`. */
  revoke(caller: Caller, kid: string): Promise<void>
}

interface Needs extends Tools {
  readonly seal: Seal
  /** How long one signs. */
  readonly days: number
}

/** Loads the keys; makes the first. Throws `identity/other-identity-key`. */
export async function openSigningKeys({ seal, days, ...tools }: Needs): Promise<SigningKeys> {
  const { control, nowMs } = tools
  let current: KeySet = { signing: [], public: [] }
  let loaded = ''

  const signerOf = (rows: readonly SigningKeyRow[]) => rows.find(({ signs }) => msOf(signs) <= nowMs()) ?? rows[0]
  const load = async (): Promise<void> => {
    const rows = await control.rows(signingKeys(at(nowMs())))
    const signer = signerOf(rows)
    const ordered = rows.toSorted((a, b) => Number(b === signer) - Number(a === signer))
    const state = ordered.map(({ kid }) => kid).join(' ')
    if (state === loaded) return
    current = { signing: ordered.map((row) => opened(seal, row)), public: ordered.map(publicOf) }
    loaded = state
  }
  const add = async (tx: Queries, signsMs: number): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true })
    const kid = newId()
    const secret = seal.seal(Buffer.from(JSON.stringify(await exportJWK(privateKey))), purpose(kid))
    await tx.rows(
      addSigningKey({
        kid,
        public: JSON.stringify(await exportJWK(publicKey)),
        secret,
        key: seal.id,
        made: at(nowMs()),
        signs: at(signsMs),
      }),
    )
    await tx.rows(letOthersExpire(kid, at(signsMs + KEEP_MS)))
  }
  const addWhenDue = (): Promise<void> =>
    control.transaction(async (tx) => {
      await tx.rows(lockSigningKeys())
      const [newest] = await tx.rows(signingKeys(at(nowMs())))
      if (newest === undefined) await add(tx, nowMs())
      else if (nowMs() - msOf(newest.made) >= days * DAY_MS) await add(tx, nowMs() + LEAD_MS)
    })
  const sealAnew = async (): Promise<void> => {
    for (const row of await control.rows(signingKeys(at(nowMs()))))
      if (row.key !== seal.id) {
        const { kid } = row
        await control.rows(sealSigningKeyAnew(kid, seal.seal(secretOf(seal, row), purpose(kid)), seal.id))
      }
  }

  await sealAnew()
  const care = async () => {
    await addWhenDue()
    await control.rows(tidySigningKeys(at(nowMs())))
    await load()
  }
  await care()

  return {
    current: () => current,
    care,
    async rotate(caller) {
      const about = { action: 'credential', resources: ['signing-key'], reason: 'signing key replaced' } as const
      await changing(tools, caller, about, async (tx) => {
        await tx.rows(lockSigningKeys())
        await add(tx, nowMs())
      })
      await load()
    },
    async revoke(caller, kid) {
      const resources = [isId(kid) ? `signing-key/${kid}` : 'signing-key']
      const about = { action: 'credential', resources, reason: 'signing key revoked' } as const
      await changing(tools, caller, about, async (tx) => {
        await tx.rows(lockSigningKeys())
        const rows = await tx.rows(signingKeys(at(nowMs())))
        if ((await tx.rows(dropSigningKey(kid))).length === 0) throw identityFaults['no-signing-key']()
        // No former key signs again; and one that was to follow lay beside the one that was stolen.
        if (kid !== rows[0]?.kid && kid !== signerOf(rows)?.kid) return
        await tx.rows(dropSigningKeysToCome(at(nowMs())))
        await add(tx, nowMs())
      })
      await load()
    },
  }
}

const purpose = (kid: string): string => `signing key ${kid}`
const msOf = (timestamp: string): number => Temporal.Instant.from(timestamp).epochMilliseconds

const about = (kid: string) => ({ kid, alg: ALGORITHM, use: 'sig' })

const publicOf = (row: SigningKeyRow): JWK => ({ ...(JSON.parse(row.public) as JWK), ...about(row.kid) })

const opened = (seal: Seal, row: SigningKeyRow): JWK => ({
  ...(JSON.parse(secretOf(seal, row).toString()) as JWK),
  ...about(row.kid),
})

const secretOf = (seal: Seal, { kid, secret, key }: SigningKeyRow): Buffer =>
  seal.open(fromBytea(secret), key, purpose(kid))
