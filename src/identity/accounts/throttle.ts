/**
 * Holds up who tries too often: by user name and by network, in tables that outlast a restart.
 *
 * Strangers can make a user name wait, but not for who comes from a network that has signed in to it before; and nobody
 * waits with a reset link or a passkey, which can't be guessed.
 */

import { hash } from 'node:crypto'
import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Tools } from '../tools.ts'
import { netOf } from './net.ts'
import {
  forgetAttempts,
  isKnownNet,
  knowNet,
  lockAttempts,
  refundAttempt,
  setAttempt,
  tidyAttempts,
} from './statements/attempts.ts'
import { admitted, RULES, type Tries } from './waiting.ts'

/** A try that was let through: it counts as failed until it is said to be right. */
interface Try {
  /** To be called in the transaction that lets the person in. */
  right(tx: Queries): Promise<void>
}

interface ProviderTry extends Try {
  /** The provider didn't answer, or whoever tried has thought better of it there: it counts no longer. */
  undone(): Promise<void>
}

export interface Throttle {
  /** A try at a user name, of a person when there is one. Throws `identity/wait`. */
  atName(userKey: string, person: string | undefined, address: string): Promise<Try>
  /**
   * A try of who says by an identity provider who they are: it costs questions to that, and holds up no passwords. Throws
   * `identity/wait`.
   */
  atProvider(address: string): Promise<ProviderTry>
  /** A try at a second factor or, by who is signed in, at the password. Throws `identity/wait`. */
  atFactor(person: string): Promise<Try>
  /** Asking for a reset link: by user name and network together, so that nobody elsewhere keeps somebody from getting one, and by network. Throws `identity/wait`. */
  atForgot(userKey: string, address: string): Promise<void>
  /** Whether the person has signed in from there before. */
  knows(tx: Queries, person: string, address: string): Promise<boolean>
  /** Remembers that the person signs in from there. */
  know(tx: Queries, person: string, address: string): Promise<void>
  /** Forgets what is over; keeps the table small however many names strangers think of. */
  tidy(): Promise<void>
}

const MOST_ATTEMPTS = 100_000
const MOST_KNOWN_NETS = 20
/** Longer than any rule remembers what is worth remembering. */
const FORGET_MS = 24 * 3_600_000

const NOBODY = '00000000-0000-0000-0000-000000000000'

type Kind = keyof typeof RULES

export function openThrottle({ control, nowMs }: Pick<Tools, 'control' | 'nowMs'>): Throttle {
  const admit = (keys: readonly string[]) =>
    control.transaction(async (tx) => {
      const now = nowMs()
      const rows = await tx.rows(lockAttempts(keys, at(now)))
      for (const { key, failures, last, until } of rows) {
        const tries: Tries = { failures: Number(failures), lastMs: ms(last), untilMs: ms(until) }
        const next = admitted(tries, RULES[key.split(':')[0] as Kind], now)
        // Thrown, so that it counts for neither the name nor the network: whoever is impatient holds up nobody else.
        if ('waitSeconds' in next) throw identityFaults.wait({ seconds: next.waitSeconds })
        await tx.rows(setAttempt(key, next.failures, at(next.lastMs), at(next.untilMs)))
      }
    })

  return {
    async atName(userKey, person, address) {
      const net = netOf(address)
      // Of nobody it is asked too, so that the answer takes as long.
      const known = (await control.quick(isKnownNet(person ?? NOBODY, net))).length > 0
      // What was typed for a user name may be a password.
      const name = hash('sha256', userKey)
      const own = known ? `known:${name}:${net}` : `account:${name}`
      const all = `net:${net}`
      await admit([own, all])
      return {
        async right(tx) {
          await tx.rows(forgetAttempts([own, `account:${name}`]))
          await tx.rows(refundAttempt(all))
        },
      }
    },
    async atProvider(address) {
      const key = `provider:${netOf(address)}`
      await admit([key])
      return {
        right: async (tx) => void (await tx.rows(refundAttempt(key))),
        undone: async () => void (await control.rows(refundAttempt(key))),
      }
    },
    async atFactor(person) {
      const key = `factor:${person}`
      await admit([key])
      return { right: async (tx) => void (await tx.rows(forgetAttempts([key]))) }
    },
    async atForgot(userKey, address) {
      const net = netOf(address)
      await admit([`forgot:${hash('sha256', userKey)}:${net}`, `forgot-net:${net}`])
    },
    knows: async (tx, person, address) => (await tx.rows(isKnownNet(person, netOf(address)))).length > 0,
    know: async (tx, person, address) =>
      void (await tx.rows(knowNet(person, netOf(address), at(nowMs()), MOST_KNOWN_NETS))),
    tidy: async () => void (await control.rows(tidyAttempts(at(nowMs() - FORGET_MS), MOST_ATTEMPTS))),
  }
}

const ms = (timestamp: string): number => Temporal.Instant.from(timestamp).epochMilliseconds
