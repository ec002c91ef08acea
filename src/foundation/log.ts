/**
 * Logs in the Elastic Common Schema, one JSON object a line: to daily files, and to stdout when that is no terminal.
 *
 * A log is read by people who may not see charts: it holds no patient data, no query strings and no secrets.
 */
import { ecsFormat } from '@elastic/ecs-pino-format'
import { type Logger, multistream, pino } from 'pino'
import { openDailyFile } from './daily-file.ts'
import { quotingNothing } from './quoting-nothing.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & { child(bindings: object): Log }

export interface LogOptions {
  /** `hospital` or `operations`: the name of the service. */
  readonly service: string
  /** Which of several processes of the service this is: each writes, and rolls over, a file of its own. */
  readonly copy?: number | undefined
  readonly folder: string
  readonly level: string
  readonly toStdout: boolean
}

/** Opens the log `<service>.log`, or `<service>-<copy>.log`; files roll over at midnight UTC and are kept for 30 days. */
export function openLog({ service, copy, folder, level, toStdout }: LogOptions): Log & AsyncDisposable {
  const file = openDailyFile(folder, copy === undefined ? service : `${service}-${copy}`)
  const streams = [
    { level: level as 'info', stream: file },
    ...(toStdout ? [{ level: level as 'info', stream: process.stdout }] : []),
  ]
  const ecs = ecsFormat({ serviceName: `omnicare-${service}` })
  const formatLog = ecs.formatters?.log ?? ((facts) => facts)
  const formatters = {
    ...ecs.formatters,
    log: (facts: Record<string, unknown>) =>
      formatLog(facts.err === undefined ? facts : { ...facts, err: quotingNothing(facts.err) }),
  }
  const logger = pino({ level, ...ecs, formatters }, multistream(streams))
  return Object.assign(logger as Log, { [Symbol.asyncDispose]: () => file.close() })
}
