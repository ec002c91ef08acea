import type { Database } from '#foundation/database.ts'
import { type Keys, openKeys } from './keys.ts'
import type { MasterKeyPlace } from './master-key.ts'

/** The ledger in the control database, with the keys that open it. */
export interface Ledger {
  readonly control: Database
  readonly keys: Keys
}

/** Opens the ledger. Throws `audit/other-master-key`, `audit/altered-key`. */
export const openLedger = async (control: Database, place: MasterKeyPlace): Promise<Ledger> => ({
  control,
  keys: await openKeys(control, place),
})
