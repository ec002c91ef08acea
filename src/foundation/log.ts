/**
 * Logs in the Elastic Common Schema, one JSON object a line: to daily files, and to stdout when that is no terminal.
 *
 * A log is read by people who may not see charts: it holds no patient data, no query strings and no secrets.
 */

import { join } from 'node:path'
import { ecsFormat } from '@elastic/ecs-pino-format'
import { type Logger, multistream, pino } from 'pino'
import { createStream } from 'rotating-file-stream'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & { child(bindings: object): Log }

export interface LogOptions {
  /** `hospital` or `operations`: the name of the file and of the service. */
  readonly service: string
  readonly folder: string
  readonly level: string
  readonly toStdout: boolean
}

const KEEP_DAYS = 30

/** Opens the log; files roll over at midnight UTC and are kept for 30 days. */
export function openLog({ service, folder, level, toStdout }: LogOptions): Log & AsyncDisposable {
  const fileName = (time: number | Date | null): string =>
    time === null ? `${service}.log` : `${service}-${new Date(time).toISOString().slice(0, 10)}.log`
  const file = createStream(fileName, {
    path: join(folder),
    interval: '1d',
    intervalUTC: true,
    maxFiles: KEEP_DAYS,
    mode: 0o600,
  })
  const streams = [
    { level: level as 'info', stream: file },
    ...(toStdout ? [{ level: level as 'info', stream: process.stdout }] : []),
  ]
  const logger = pino({ level, ...ecsFormat({ serviceName: `omnicare-${service}` }) }, multistream(streams))
  return Object.assign(logger as Log, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void file.end(() => resolve())),
  })
}
