/**
 * The keys of the ledger: one for each month's entries, one that signs checkpoints. In the database they lie wrapped by the
 * master key.
 *
 * To destroy a month's key is to destroy what was written with it; the tree stays as it is, because its leaves are hashes
 * of the ciphertext.
 */
import { hash, randomBytes } from 'node:crypto'
import { fromBytea } from '#foundation/bytea.ts'
import type { Database, Queries } from '#foundation/database.ts'
import { makeSigner, readVerifier, type SignatureType, type Signer, type Verifier } from '#tlog'
import { auditFaults } from '../faults.ts'
import type { MasterKey, MasterKeyPlace } from './master-key.ts'
import {
  addMonthKey,
  addSigningKey,
  destroyMonthKey,
  lockKeys,
  monthKeys,
  retireSigningKeys,
  rewrapMonthKey,
  rewrapSigningKey,
  rewriteKeys,
  signingKeys,
} from './statements/keys.ts'
import { openTokens, type Tokens } from './tokens.ts'

export interface MonthKey {
  readonly key: Buffer
  readonly tokens: Tokens
}

interface MonthState {
  readonly month: string
  readonly made: string
  readonly destroyed: string | null
}

export interface Keys {
  /** The key of a month, made when there is none; nothing when it has been destroyed. Use it in the transaction only. */
  forSealing(tx: Queries, month: string): Promise<MonthKey | undefined>
  /** Every month's key that can be read, and the months whose key is there but has been altered. */
  readable(): Promise<{ readonly keys: ReadonlyMap<string, MonthKey>; readonly altered: readonly string[] }>
  months(): Promise<MonthState[]>
  /** The key that signs checkpoints now; made when there is none. */
  signer(tx: Queries): Promise<Signer>
  /** That of the witness that this ledger is for others. */
  witness(tx: Queries): Promise<Signer>
  /** All public keys of the log, oldest first: each has signed checkpoints that still count. */
  verifiers(): Promise<Verifier[]>
  rotateMaster(told: (tx: Queries) => Promise<void>): Promise<{ readonly master: string }>
  rotateLog(told: (tx: Queries) => Promise<void>): Promise<{ readonly verifier: string }>
  /** Throws `audit/no-such-month`. */
  destroy(month: string, told: (tx: Queries) => Promise<void>): Promise<void>
  /**
   * Removes from the disk what keys were before they were changed or destroyed, unless somebody still reads from a time
   * before that: it is done after each change, and again every day.
   */
  removeFormer(): Promise<void>
}

const NAMES = { log: 'audit', witness: 'witness' } as const
const TYPES: Readonly<Record<keyof typeof NAMES, SignatureType>> = { log: 'note', witness: 'cosignature' }
const ofMonth = (month: string) => `month ${month}`

/**
 * Opens the keys; what is wrapped by a former master key is wrapped anew. Throws `audit/other-master-key`,
 * `audit/altered-key`.
 */
export async function openKeys(control: Database, place: MasterKeyPlace): Promise<Keys> {
  let master = place.key
  await rewrap(control, [place.key, ...place.former], master)
  /** By what is wrapped: unwrapping and deriving again for each batch would cost more than sealing it. */
  const opened = new Map<string, MonthKey>()

  const open = (month: string, wrapped: string): MonthKey => {
    let known = opened.get(wrapped)
    if (known === undefined) {
      const key = master.unwrap(fromBytea(wrapped), ofMonth(month))
      known = { key, tokens: openTokens(key) }
      opened.set(wrapped, known)
    }
    return known
  }
  const sign = async (tx: Queries, kind: keyof typeof NAMES): Promise<Signer> => {
    const current = (await tx.rows(signingKeys(kind))).findLast(({ retired }) => retired === null)
    if (current?.wrapped == null) return makeSigningKey(tx, kind, master)
    const { name, text } = readVerifier(current.verifier)
    const signer = makeSigner(name, master.unwrap(fromBytea(current.wrapped), current.verifier), TYPES[kind])
    if (signer.verifier.text !== text) throw auditFaults['altered-key']({ what: current.verifier })
    return signer
  }

  const removeFormer = async (): Promise<void> => {
    await control.rows(rewriteKeys())
  }
  /** What was changed is changed: what keeps its former form from being removed now is no failure of it. */
  const thenRemove = async <T>(change: Promise<T>): Promise<T> => {
    const done = await change
    await removeFormer().catch(() => undefined)
    return done
  }

  return {
    removeFormer,
    async forSealing(tx, month) {
      for (;;) {
        const row = (await tx.rows(monthKeys())).find((one) => one.month === month)
        if (row !== undefined) return row.wrapped === null ? undefined : open(month, row.wrapped)
        await tx.rows(addMonthKey(month, master.id, master.wrap(randomBytes(32), ofMonth(month))))
      }
    },
    async readable() {
      const keys = new Map<string, MonthKey>()
      const altered: string[] = []
      for (const { month, wrapped } of await control.rows(monthKeys())) {
        if (wrapped === null) continue
        try {
          keys.set(month, open(month, wrapped))
        } catch {
          altered.push(month)
        }
      }
      return { keys, altered }
    },
    months: async () =>
      (await control.rows(monthKeys())).map(({ month, made, destroyed }) => ({ month, made, destroyed })),
    signer: (tx) => sign(tx, 'log'),
    witness: (tx) => sign(tx, 'witness'),
    verifiers: async () => (await control.rows(signingKeys('log'))).map(({ verifier }) => readVerifier(verifier)),
    async rotateMaster(told) {
      if (place.replace === undefined) throw auditFaults['key-not-ours']()
      const next = place.replace()
      await thenRemove(rewrap(control, [master], next.key, told))
      opened.clear()
      master = next.key
      next.settle()
      return { master: master.id }
    },
    rotateLog: (told) =>
      thenRemove(
        control.transaction(async (tx) => {
          await tx.rows(lockKeys())
          const [first] = await tx.rows(signingKeys('log'))
          await tx.rows(retireSigningKeys('log'))
          // The name stays: it is the log's.
          const name = first === undefined ? undefined : readVerifier(first.verifier).name
          const signer = await makeSigningKey(tx, 'log', master, name)
          await told(tx)
          return { verifier: signer.verifier.text }
        }),
      ),
    destroy: (month, told) =>
      thenRemove(
        control.transaction(async (tx) => {
          await tx.rows(lockKeys())
          const [gone] = await tx.rows(destroyMonthKey(month))
          if (gone === undefined) throw auditFaults['no-such-month']()
          opened.clear()
          await told(tx)
        }),
      ),
  }
}

/** A log's name ends in the first digits of its first key's hash, so that no two hospitals' logs are called the same. */
async function makeSigningKey(
  tx: Queries,
  kind: keyof typeof NAMES,
  master: MasterKey,
  name?: string,
): Promise<Signer> {
  const seed = randomBytes(32)
  const anonymous = makeSigner('x', seed, TYPES[kind]).verifier.text.slice('x+'.length + 9)
  const signer = makeSigner(
    name ?? `omnicare.local/${NAMES[kind]}/${hash('sha256', anonymous).slice(0, 8)}`,
    seed,
    TYPES[kind],
  )
  const { text } = signer.verifier
  await tx.rows(addSigningKey(kind, text, master.id, master.wrap(seed, text)))
  return signer
}

/** Wraps by `next` whatever isn't; all or nothing. */
async function rewrap(
  control: Database,
  known: readonly MasterKey[],
  next: MasterKey,
  told: (tx: Queries) => Promise<void> = async () => undefined,
): Promise<void> {
  await control.transaction(async (tx) => {
    await tx.rows(lockKeys())
    const unwrap = (id: string, wrapped: string, what: string): Buffer => {
      const by = known.find((one) => one.id === id)
      if (by === undefined) throw auditFaults['other-master-key']({ have: next.id, need: id })
      return by.unwrap(fromBytea(wrapped), what)
    }
    for (const { month, master, wrapped } of await tx.rows(monthKeys()))
      if (wrapped !== null && master !== next.id)
        await tx.rows(
          rewrapMonthKey(month, next.id, next.wrap(unwrap(master, wrapped, ofMonth(month)), ofMonth(month))),
        )
    for (const kind of ['log', 'witness'] as const)
      for (const { verifier, master, wrapped } of await tx.rows(signingKeys(kind)))
        if (wrapped !== null && master !== next.id)
          await tx.rows(rewrapSigningKey(verifier, next.id, next.wrap(unwrap(master, wrapped, verifier), verifier)))
    await told(tx)
  })
}
