/** Settings of the audit trail. */
import { choice, path, type Setting, wholeNumber } from '#foundation/setting.ts'
import { address, key } from './setting-kinds.ts'

export const AUDIT_SETTINGS = {
  auditKey: {
    env: 'OMNICARE_AUDIT_KEY',
    means: 'Master key of the audit ledger, where it is not in a file.',
    fallback: undefined,
    secret: true,
    ...key,
  } as Setting<string | undefined>,
  auditKeyFile: {
    env: 'OMNICARE_AUDIT_KEY_FILE',
    means: 'File with the master key of the audit ledger: keep a copy of it apart from the backups.',
    fallback: undefined,
    fallbackSays: '`audit-key` in OMNICARE_HOME, made at the first start',
    ...path,
  } as Setting<string | undefined>,
  auditFormerKeyFile: {
    env: 'OMNICARE_AUDIT_FORMER_KEY_FILE',
    means: 'File with the former master key, for the start after the key was changed: all keys are wrapped anew.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  auditRetentionYears: {
    env: 'OMNICARE_AUDIT_RETENTION_YEARS',
    means:
      'How long the audit trail can be read. The key of a month that is older is destroyed; what was written then stays provable.',
    unit: 'years',
    fallback: 7,
    ...wholeNumber(1, 100),
  },
  auditLogDays: {
    env: 'OMNICARE_AUDIT_LOG_DAYS',
    means:
      'How long past days of `audit.log` and `phi-access.log` are kept, which anybody who may read the file can read. 0: they are not written; the ledger has all of it, encrypted.',
    unit: 'days',
    fallback: 2_557,
    fallbackSays: '2557, seven years',
    ...wholeNumber(0, 36_525),
  },
  auditLogFolder: {
    env: 'OMNICARE_AUDIT_LOG_FOLDER',
    means: 'Folder of `audit.log` and `phi-access.log`.',
    fallback: undefined,
    fallbackSays: '`audit-logs` in OMNICARE_HOME',
    ...path,
  } as Setting<string | undefined>,
  auditOnFailure: {
    env: 'OMNICARE_AUDIT_ON_FAILURE',
    means:
      'What becomes of reading while the audit trail can not be written: it is refused with 503, or goes on and is written down in an encrypted spool on this machine until the trail can be written again. Nothing can be changed then either way.',
    fallback: 'refuse',
    ...choice('refuse', 'spool'),
  } as Setting<'refuse' | 'spool'>,
  auditSpoolFolder: {
    env: 'OMNICARE_AUDIT_SPOOL_FOLDER',
    means: 'Folder of the spool; best on another disk than the databases.',
    fallback: undefined,
    fallbackSays: '`audit-spool` in OMNICARE_HOME',
    ...path,
  } as Setting<string | undefined>,
  auditSpoolMiB: {
    env: 'OMNICARE_AUDIT_SPOOL_MIB',
    means: 'Most that each copy of the hospital keeps in the spool; when that is full, reading is refused too.',
    unit: 'MiB',
    fallback: 256,
    ...wholeNumber(1, 65_536),
  },
  auditExport: {
    env: 'OMNICARE_AUDIT_EXPORT',
    means:
      'Where the audit ledger is exported to every day: a folder, best one where files can not be changed, or a bucket of S3, as `s3://bucket/prefix`.',
    fallback: undefined,
    form: 'a path, or s3://bucket/prefix',
    parse: (given: string) => (given.startsWith('s3://') ? given : path.parse(given)),
  } as Setting<string | undefined>,
  auditExportEndpoint: {
    env: 'OMNICARE_AUDIT_EXPORT_ENDPOINT',
    means: 'Address of the S3 server of the export. Unset: that of Amazon, or AWS_ENDPOINT_URL_S3.',
    fallback: undefined,
    ...address,
  } as Setting<string | undefined>,
  auditExportLock: {
    env: 'OMNICARE_AUDIT_EXPORT_LOCK',
    means:
      'Whether what is exported to a bucket is locked (S3 Object Lock) for OMNICARE_AUDIT_RETENTION_YEARS: so that nobody can lift it (compliance), so that a special right can (governance), or not (off).',
    fallback: 'compliance',
    ...choice('compliance', 'governance', 'off'),
  } as Setting<'compliance' | 'governance' | 'off'>,
  auditWitnessed: {
    env: 'OMNICARE_AUDIT_WITNESSED',
    means: 'File with the public keys of other logs, one a line, whose checkpoints are witnessed here.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
} satisfies Record<string, Setting<unknown>>
