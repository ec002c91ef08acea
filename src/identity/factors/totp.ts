/** Codes of an authenticator app: https://www.rfc-editor.org/rfc/rfc6238 */

import { randomBytes } from 'node:crypto'
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib'
import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Seal } from '../seal.ts'
import type { Tools } from '../tools.ts'
import {
  addPendingTotp,
  confirmedTotp,
  confirmTotp,
  dropConfirmedTotp,
  dropPendingTotp,
  pendingTotp,
  sealTotp,
  type TotpRow,
  takeStep,
  totpsSealedByOthers,
} from './statements/totp.ts'

export interface TotpSetup {
  /** For whoever can't photograph the address. Base32. */
  readonly secret: string
  /** `otpauth://totp/…`, to be shown as a QR code. */
  readonly address: string
}

/** RFC 4226 asks for 128 bits and recommends these. */
const SECRET_BYTES = 20
const PERIOD_SECONDS = 30
const ISSUER = 'OmniCare'

const base32 = new ScureBase32Plugin()

export const openTotp = (seal: Seal, { control, nowMs }: Pick<Tools, 'control' | 'nowMs'>) => {
  /** The step whose code it is: the present one, the one before or after. */
  const stepOf = (row: TotpRow, person: string, code: string): number | undefined => {
    const token = code.replace(/\s/g, '')
    if (!/^\d{6}$/.test(token)) return undefined
    const secret = seal.open(fromBytea(row.secret), row.key, `totp ${person}`)
    const epoch = Math.floor(nowMs() / 1000)
    const found = verifySync({ secret, token, epoch, period: PERIOD_SECONDS, epochTolerance: PERIOD_SECONDS })
    return found.valid && 'timeStep' in found ? found.timeStep : undefined
  }

  return {
    /** Begins to set up an app; the one in use stays until the new one has shown a code. */
    async begin(tx: Queries, person: string, userName: string): Promise<TotpSetup> {
      const secret = randomBytes(SECRET_BYTES)
      const sealed = seal.seal(secret, `totp ${person}`)
      await tx.rows(addPendingTotp(newId(), person, sealed, seal.id, at(nowMs())))
      const text = base32.encode(secret, { padding: false })
      return { secret: text, address: generateURI({ issuer: ISSUER, label: userName, secret: text }) }
    },
    /** Puts the app that is being set up in place of the former. Throws `identity/no-factor`, `identity/wrong-code`. */
    async confirm(tx: Queries, person: string, code: string): Promise<void> {
      const [row] = await tx.rows(pendingTotp(person))
      if (row === undefined) throw identityFaults['no-factor']()
      const step = stepOf(row, person, code)
      if (step === undefined) throw identityFaults['wrong-code']()
      await tx.rows(dropConfirmedTotp(person))
      await tx.rows(confirmTotp(row.id, step, at(nowMs())))
    },
    /** Takes a code, each once. Throws `identity/wrong-code`, also when there is no app. */
    async check(tx: Queries, person: string, code: string): Promise<void> {
      const [row] = await tx.rows(confirmedTotp(person))
      const step = row === undefined ? undefined : stepOf(row, person, code)
      if (row === undefined || step === undefined || (await tx.rows(takeStep(row.id, step))).length === 0)
        throw identityFaults['wrong-code']()
    },
    /** Throws `identity/no-factor`. */
    async remove(tx: Queries, person: string): Promise<void> {
      await tx.rows(dropPendingTotp(person))
      if ((await tx.rows(dropConfirmedTotp(person))).length === 0) throw identityFaults['no-factor']()
    },
    /** Seals anew what a former key has sealed. Throws `identity/other-identity-key` when that key isn't there. */
    sealAnew: (): Promise<void> =>
      control.transaction(async (tx) => {
        for (const { id, person, secret, key } of await tx.rows(totpsSealedByOthers(seal.id))) {
          const what = `totp ${person}`
          await tx.rows(sealTotp(id, seal.seal(seal.open(fromBytea(secret), key, what), what), seal.id))
        }
      }),
  }
}

export type Totp = ReturnType<typeof openTotp>
