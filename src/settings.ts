/** Every setting of OmniCare. `npm run generate` prints docs/settings.md from it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { choice, path, readSettings, type Setting, text, type Values, wholeNumber } from '#foundation/setting.ts'
import { readSettingFile } from '#foundation/setting-file.ts'
import { isZone } from '#foundation/zone.ts'
import { address, database, key, networks } from './setting-kinds.ts'

const root = join(import.meta.dirname, '..')
export const SETTINGS = {
  config: {
    env: 'OMNICARE_CONFIG',
    means: 'File that holds settings by their names, as in `{"OMNICARE_PORT": 8080}`. `none`: there is none.',
    fallback: join(root, 'omnicare.config.json'),
    fallbackSays: '`omnicare.config.json` beside package.json, if there is one',
    ...path,
  },
  home: {
    env: 'OMNICARE_HOME',
    means: 'Folder of the embedded databases, the logs and the administrator token.',
    fallback: join(root, '.omnicare'),
    fallbackSays: '`.omnicare` beside package.json',
    ...path,
  },
  host: {
    env: 'OMNICARE_HOST',
    means: 'Address on which both planes listen. Anything but 127.0.0.1 lets the network in.',
    fallback: '127.0.0.1',
    ...text('an address or host name', /^[\w.:-]+$/),
  },
  port: { env: 'OMNICARE_PORT', means: 'Port of the hospital.', fallback: 8080, ...wholeNumber(0, 65535) },
  operationsPort: {
    env: 'OMNICARE_OPERATIONS_PORT',
    means: 'Port of operations.',
    fallback: 8081,
    ...wholeNumber(0, 65535),
  },
  workers: {
    env: 'OMNICARE_WORKERS',
    means: 'Copies of the hospital on its port.',
    unit: 'processes',
    fallback: 1,
    ...wholeNumber(1, 64),
  },
  recordUrl: {
    env: 'OMNICARE_RECORD_URL',
    means: 'PostgreSQL of the record, version 15 to 18. Unset: the embedded one.',
    fallback: undefined,
    secret: true,
    ...database,
  } as Setting<string | undefined>,
  controlUrl: {
    env: 'OMNICARE_CONTROL_URL',
    means: 'PostgreSQL of operations, version 15 to 18. Unset: the embedded one.',
    fallback: undefined,
    secret: true,
    ...database,
  } as Setting<string | undefined>,
  migrate: {
    env: 'OMNICARE_MIGRATE',
    means:
      'Whether the hospital brings its database up to date when it starts. With `off` somebody else has done that, and it can sign in with a login that owns nothing.',
    fallback: 'on',
    ...choice('on', 'off'),
  } as Setting<'on' | 'off'>,
  publicUrl: {
    env: 'OMNICARE_PUBLIC_URL',
    means: 'Address by which clients reach the hospital through a proxy. Unset: the Host header.',
    fallback: undefined,
    ...address,
  } as Setting<string | undefined>,
  practice: {
    env: 'OMNICARE_PRACTICE',
    means: 'Whether the first start fills an empty record with 25 synthetic patients.',
    fallback: 'on',
    ...choice('on', 'off'),
  } as Setting<'on' | 'off'>,
  policy: {
    env: 'OMNICARE_POLICY',
    means:
      'File that says what each role may see and change, in the form of docs/policy.md. Unset: the one that OmniCare brings.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  references: {
    env: 'OMNICARE_REFERENCES',
    means:
      'Whether what a resource refers to must exist: never (off), with a warning (warn), within transactions (transaction), always (enforce). Only what is being stored is checked: a resource can be deleted while others refer to it. References to other servers are never checked.',
    fallback: 'transaction',
    ...choice('off', 'warn', 'transaction', 'enforce'),
  } as Setting<'off' | 'warn' | 'transaction' | 'enforce'>,
  idempotencyDays: {
    env: 'OMNICARE_IDEMPOTENCY_DAYS',
    means: 'How long the answer to a Bundle with an Idempotency-Key is kept for whoever sends it again.',
    unit: 'days',
    fallback: 7,
    ...wholeNumber(1, 3_650),
  },
  bodyLimitMiB: {
    env: 'OMNICARE_BODY_LIMIT',
    means: 'Largest request body.',
    unit: 'MiB',
    fallback: 32,
    ...wholeNumber(1, 512),
  },
  statementTimeoutMs: {
    env: 'OMNICARE_STATEMENT_TIMEOUT',
    means: 'Longest time that one database statement may take.',
    unit: 'milliseconds',
    fallback: 30_000,
    ...wholeNumber(100, 600_000),
  },
  connections: {
    env: 'OMNICARE_CONNECTIONS',
    means: 'Database connections of each hospital process for transactions and long searches.',
    unit: 'connections',
    fallback: 10,
    ...wholeNumber(2, 200),
  },
  shutdownSeconds: {
    env: 'OMNICARE_SHUTDOWN_SECONDS',
    means: 'How long what was accepted may take to finish when the hospital stops.',
    unit: 'seconds',
    fallback: 20,
    ...wholeNumber(1, 300),
  },
  drainSeconds: {
    env: 'OMNICARE_DRAIN_SECONDS',
    means:
      'How long the hospital goes on answering once it was asked to stop, while `/health/ready` says no: the time that load balancers need to notice.',
    unit: 'seconds',
    fallback: 0,
    ...wholeNumber(0, 300),
  },
  timeZone: {
    env: 'OMNICARE_TIME_ZONE',
    means: 'Time zone of the hospital, as IANA names it: reports for patients have the times of its clocks.',
    fallback: Intl.DateTimeFormat().resolvedOptions().timeZone,
    fallbackSays: "the machine's",
    form: 'a time zone such as Europe/Berlin',
    parse(given) {
      if (!isZone(given)) throw new Error('must be a time zone such as Europe/Berlin')
      return given
    },
  } as Setting<string>,
  logLevel: {
    env: 'OMNICARE_LOG_LEVEL',
    means: 'Least severity that is logged.',
    fallback: 'info',
    ...choice('debug', 'info', 'warn', 'error'),
  },
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
  identityKey: {
    env: 'OMNICARE_IDENTITY_KEY',
    means: 'Key that seals second factors, signing keys and the secrets of programs, where it is not in a file.',
    fallback: undefined,
    secret: true,
    ...key,
  } as Setting<string | undefined>,
  identityKeyFile: {
    env: 'OMNICARE_IDENTITY_KEY_FILE',
    means:
      'File with the key that seals second factors, signing keys and the secrets of programs: keep a copy of it apart from the backups.',
    fallback: undefined,
    fallbackSays: '`identity-key` in OMNICARE_HOME, made at the first start',
    ...path,
  } as Setting<string | undefined>,
  identityFormerKeyFile: {
    env: 'OMNICARE_IDENTITY_FORMER_KEY_FILE',
    means:
      'File with the former identity key, for the start after the key was changed: all that it sealed is sealed anew.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  passwordLeast: {
    env: 'OMNICARE_PASSWORD_LENGTH',
    means:
      'Least length of a password. There are no rules about kinds of characters, and none must be changed regularly.',
    unit: 'characters',
    fallback: 12,
    ...wholeNumber(8, 64),
  },
  passwordBreached: {
    env: 'OMNICARE_PASSWORD_BREACHED',
    means:
      'File of stolen passwords that nobody may take: one a line, or the sorted SHA-1 file of haveibeenpwned.com. The commonest 49,000 are refused without it.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  sessionIdleMinutes: {
    env: 'OMNICARE_SESSION_IDLE',
    means: 'A session that is not used for so long ends.',
    unit: 'minutes',
    fallback: 30,
    ...wholeNumber(1, 1_440),
  },
  sessionHours: {
    env: 'OMNICARE_SESSION_LONGEST',
    means: 'A session ends after this long, however much it is used.',
    unit: 'hours',
    fallback: 12,
    ...wholeNumber(1, 168),
  },
  invitationHours: {
    env: 'OMNICARE_INVITATION_HOURS',
    means: 'How long the link of an invitation is good.',
    unit: 'hours',
    fallback: 72,
    ...wholeNumber(1, 720),
  },
  resetMinutes: {
    env: 'OMNICARE_RESET_MINUTES',
    means: 'How long a link to choose another password is good.',
    unit: 'minutes',
    fallback: 60,
    ...wholeNumber(5, 1_440),
  },
  refreshDays: {
    env: 'OMNICARE_REFRESH_DAYS',
    means: 'How long a program that was let in for somebody may go on before it must be let in anew.',
    unit: 'days',
    fallback: 30,
    ...wholeNumber(1, 365),
  },
  signingKeyDays: {
    env: 'OMNICARE_SIGNING_KEY_DAYS',
    means: 'How long one key signs access tokens; what it has signed goes on counting.',
    unit: 'days',
    fallback: 91,
    fallbackSays: '91, a quarter',
    ...wholeNumber(1, 3_650),
  },
  operationsPublicUrl: {
    env: 'OMNICARE_OPERATIONS_PUBLIC_URL',
    means:
      'Address by which people reach operations through a proxy: there they sign in, and for its host passkeys are made.',
    fallback: undefined,
    fallbackSays: '`localhost` and OMNICARE_OPERATIONS_PORT',
    ...address,
  } as Setting<string | undefined>,
  trustedProxies: {
    env: 'OMNICARE_TRUSTED_PROXIES',
    means:
      'Proxies whose X-Forwarded-For is believed, as addresses or networks separated by commas: `10.0.0.5,192.168.7.0/24`. Of anybody else it counts for nothing.',
    fallback: [],
    fallbackSays: 'none',
    ...networks,
  } as Setting<readonly string[]>,
  relayKey: {
    env: 'OMNICARE_RELAY_KEY',
    means:
      'Secret by which operations knows its hospital: it tells it which access tokens count, and believes it for whom it asks for AuditEvents. Needed where the two are started apart.',
    fallback: undefined,
    fallbackSays: 'a new one at each start',
    secret: true,
    ...text('at least 32 letters, digits, hyphens or underscores', /^[\w-]{32,}$/),
  } as Setting<string | undefined>,
  url: {
    env: 'OMNICARE_URL',
    means: 'Where the command line finds the hospital.',
    fallback: undefined,
    fallbackSays: 'OMNICARE_HOST and OMNICARE_PORT',
    ...address,
  } as Setting<string | undefined>,
  operationsUrl: {
    env: 'OMNICARE_OPERATIONS_URL',
    means: 'Where the command line and the hospital find operations.',
    fallback: undefined,
    fallbackSays: 'what runs in OMNICARE_HOME, or OMNICARE_HOST and OMNICARE_OPERATIONS_PORT',
    ...address,
  } as Setting<string | undefined>,
  tokenFile: {
    env: 'OMNICARE_TOKEN_FILE',
    means: 'File with the bearer token that the command line sends.',
    fallback: undefined,
    fallbackSays: '`admin-token` in OMNICARE_HOME',
    ...path,
  } as Setting<string | undefined>,
} satisfies Record<string, Setting<unknown>>

type Environment = Readonly<Record<string, string | undefined>>

/** No file at all: what a process is given whose settings have been read already. */
const NO_CONFIG = 'none'

/**
 * The settings of this process, and the environment that gives the same ones to a process started from here, whatever
 * happens to the file meanwhile. Throws `settings/mistakes`.
 */
export function openSettings(env: Environment): { settings: Values<typeof SETTINGS>; env: Environment } {
  const { config } = SETTINGS
  const named = env[config.env]
  const file = named ? (named === NO_CONFIG ? undefined : config.parse(named)) : config.fallback
  const read = file !== undefined && (named || existsSync(file)) ? readSettingFile(file, SETTINGS) : undefined
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  return {
    settings: readSettings(SETTINGS, env, read),
    env: { ...read?.values, ...given, [config.env]: NO_CONFIG },
  }
}

/**
 * When to kill a hospital that was asked to stop: it drains, finishes what was accepted, and closes its databases, for
 * which it has ten seconds.
 */
export const stopWithinMs = ({
  drainSeconds,
  shutdownSeconds,
}: {
  drainSeconds: number
  shutdownSeconds: number
}): number => (drainSeconds + shutdownSeconds + 10) * 1000
