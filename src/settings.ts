/** Every setting of OmniCare. `npm run generate` prints docs/settings.md from it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { choice, path, readSettings, type Setting, text, type Values, wholeNumber } from '#foundation/setting.ts'
import { readSettingFile } from '#foundation/setting-file.ts'
import { address, database, networks, timeZone } from './setting-kinds.ts'
import { AUDIT_SETTINGS } from './settings-audit.ts'
import { HEALTH_SETTINGS } from './settings-health.ts'
import { IDENTITY_SETTINGS } from './settings-identity.ts'
import { MAIL_SETTINGS } from './settings-mail.ts'
import { PROCEDURE_SETTINGS } from './settings-procedures.ts'
import { WATCH_SETTINGS } from './settings-watch.ts'

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
  tlsCertificate: {
    env: 'OMNICARE_TLS_CERTIFICATE',
    means:
      'PEM file with the certificate by which both planes speak TLS: first the own one, then those that vouch for it. Read again when it changes. The command line believes what is in it. Unset: plain HTTP, for this machine or behind a proxy.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  tlsKey: {
    env: 'OMNICARE_TLS_KEY',
    means: 'PEM file with the private key of that certificate, without a passphrase, which others may not read.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
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
    ...timeZone,
  } as Setting<string>,
  logLevel: {
    env: 'OMNICARE_LOG_LEVEL',
    means: 'Least severity that is logged.',
    fallback: 'info',
    ...choice('debug', 'info', 'warn', 'error'),
  },
  traces: {
    env: 'OMNICARE_TRACES',
    means:
      'Receiver of OpenTelemetry traces, OTLP over HTTP, as in `http://127.0.0.1:4318/v1/traces`. They tell which routes and statements took how long, and nothing of patients. Unset: there are none, and they cost nothing.',
    fallback: undefined,
    ...address,
  } as Setting<string | undefined>,
  tracesPercent: {
    env: 'OMNICARE_TRACES_PERCENT',
    means: 'Which part of all requests is traced.',
    unit: 'percent',
    fallback: 100,
    ...wholeNumber(1, 100),
  },
  ...AUDIT_SETTINGS,
  ...IDENTITY_SETTINGS,
  ...MAIL_SETTINGS,
  ...HEALTH_SETTINGS,
  ...WATCH_SETTINGS,
  ...PROCEDURE_SETTINGS,
  operationsPublicUrl: {
    env: 'OMNICARE_OPERATIONS_PUBLIC_URL',
    means:
      'Address by which people reach operations through a proxy: there they sign in, links in mails lead to it, and for its host passkeys are made. Needed with OMNICARE_SMTP_URL.',
    fallback: undefined,
    fallbackSays: '`localhost` and the port of operations',
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
    fallbackSays: 'what runs in OMNICARE_HOME, or OMNICARE_HOST and OMNICARE_PORT',
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
