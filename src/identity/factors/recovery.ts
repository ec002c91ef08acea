/** Ten codes on paper, each good once in place of the second factor. Made anew they replace those before. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import { codeAsMade, hashOf, newCode } from '../secrets.ts'
import { addRecoveryCodes, dropRecoveryCodes, takeRecoveryCode } from './statements/recovery.ts'

const CODES = 10
/** 120 bits: see secrets.ts. */
const GROUPS = 4
const DIGITS = 6

const hashOfCode = (person: string, code: string): Buffer => hashOf(`${person} ${codeAsMade(code)}`)

export const openRecovery = (nowMs: () => number) => ({
  /** Shown once. */
  async make(tx: Queries, person: string): Promise<string[]> {
    const codes = Array.from({ length: CODES }, () => newCode(GROUPS, DIGITS))
    await tx.rows(dropRecoveryCodes(person))
    const hashes = codes.map((code) => hashOfCode(person, code))
    await tx.rows(addRecoveryCodes(person, hashes, at(nowMs())))
    return codes
  },
  /** Takes one. Throws `identity/wrong-code`. */
  async check(tx: Queries, person: string, code: string): Promise<void> {
    const taken = await tx.rows(takeRecoveryCode(person, hashOfCode(person, code), at(nowMs())))
    if (taken.length === 0) throw identityFaults['wrong-code']()
  },
  drop: async (tx: Queries, person: string): Promise<void> => void (await tx.rows(dropRecoveryCodes(person))),
})

export type Recovery = ReturnType<typeof openRecovery>
