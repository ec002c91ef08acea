/** Every setting of OmniCare. `npm run generate` prints docs/settings.md from it. */
import { join } from 'node:path'
import { choice, type Setting, text, wholeNumber } from '#foundation/setting.ts'

const database = text('a PostgreSQL address: postgresql://user:password@host:port/database', /^postgres(ql)?:\/\/\S+$/)

export const SETTINGS = {
  home: {
    env: 'OMNICARE_HOME',
    means: 'Folder of the embedded databases, the logs and the administrator token.',
    fallback: join(import.meta.dirname, '..', '.omnicare'),
    ...text('a path', /\S/),
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
    ...database,
  } as Setting<string | undefined>,
  controlUrl: {
    env: 'OMNICARE_CONTROL_URL',
    means: 'PostgreSQL of operations, version 15 to 18. Unset: the embedded one.',
    fallback: undefined,
    ...database,
  } as Setting<string | undefined>,
  publicUrl: {
    env: 'OMNICARE_PUBLIC_URL',
    means: 'Address by which clients reach the hospital through a proxy. Unset: the Host header.',
    fallback: undefined,
    ...text('an address such as https://emr.example.org', /^https?:\/\/\S+$/),
  } as Setting<string | undefined>,
  practice: {
    env: 'OMNICARE_PRACTICE',
    means: 'Whether the first start fills an empty record with 25 synthetic patients.',
    fallback: 'on',
    ...choice('on', 'off'),
  } as Setting<'on' | 'off'>,
  references: {
    env: 'OMNICARE_REFERENCES',
    means:
      'Whether what a resource refers to must exist: never (off), with a warning (warn), within transactions (transaction), always (enforce). References to other servers are never checked.',
    fallback: 'transaction',
    ...choice('off', 'warn', 'transaction', 'enforce'),
  } as Setting<'off' | 'warn' | 'transaction' | 'enforce'>,
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
  logLevel: {
    env: 'OMNICARE_LOG_LEVEL',
    means: 'Least severity that is logged.',
    fallback: 'info',
    ...choice('debug', 'info', 'warn', 'error'),
  },
} satisfies Record<string, Setting<unknown>>
