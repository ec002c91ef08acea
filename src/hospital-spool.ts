/** Where the hospital keeps what it could not write into the audit trail, copy by copy. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type Intake, openSpool, placeOfMasterKey, type Spool } from '#audit'
import type { Log } from '#foundation/log.ts'

interface Settings {
  readonly home: string
  readonly workers: number
  readonly auditSpoolFolder: string | undefined
  readonly auditSpoolMiB: number
}

const MIB = 1024 * 1024

/**
 * The audit spool of this copy of the hospital. Each copy has a folder of its own; the first takes over what copies have left
 * that there are no more. The key, `audit-spool-key` in the home, is made at the first start.
 */
export function hospitalSpool(
  { home, workers, auditSpoolFolder, auditSpoolMiB }: Settings,
  { copy = 1, intake, log }: { copy?: number | undefined; intake: Pick<Intake, 'append'>; log: Log },
): Spool {
  const root = auditSpoolFolder ?? join(home, 'audit-spool')
  const folder = join(root, String(copy))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (copy === 1)
    for (const other of readdirSync(root).filter((name) => Number(name) > workers))
      for (const name of readdirSync(join(root, other))) renameSync(join(root, other, name), join(folder, name))
  const { key } = placeOfMasterKey({ file: join(home, 'audit-spool-key'), isDefault: true })
  return openSpool({ folder, key, mostBytes: auditSpoolMiB * MIB, intake, log })
}
