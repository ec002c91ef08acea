/**
 * How the hospital is, for load balancers, process managers and operations; open to all, so it says nothing of patients.
 * https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
import type { FastifyReply } from 'fastify'
import { systemClock } from '#foundation/clock.ts'
import { Fault } from '#foundation/fault.ts'
import type { HealthRecord } from '#record'
import { sayHealth } from './health-json.ts'
import type { Routes } from './routes.ts'
import type { Load } from './saturation.ts'

/** What the server is doing with its life. */
export interface Phase {
  readonly current: 'starting' | 'serving' | 'draining'
}

type Status = 'pass' | 'warn' | 'fail'

interface Check {
  readonly status: Status
  readonly time: string
  readonly componentType: string
  readonly observedValue: string | number
  readonly observedUnit?: string
  readonly output?: string
}

export interface HealthOptions {
  readonly record: Pick<HealthRecord, 'ask'>
  /** How many entries of the audit trail wait in the spool, if there is one. */
  readonly spooled?: () => number | undefined
  readonly phase: Phase
  /** How busy this process is; absent where nobody looks. */
  readonly load?: (() => Load) | undefined
  readonly version: string
  /** A record that takes longer to answer does not answer. */
  readonly patienceMs: number
}

export function healthRoutes({ record, spooled, phase, load, version, patienceMs }: HealthOptions): Routes {
  // Whoever asks while a question is under way shares its answer: asking often must not load the record.
  let asking: Promise<Check> | undefined
  const askRecord = (): Promise<Check> => {
    asking ??= recordAnswers(record, patienceMs).finally(() => {
      asking = undefined
    })
    return asking
  }

  const checked = async (reply: FastifyReply, wellEnough: readonly Status[]) => {
    const checks = {
      'http:phase': [phaseOf(phase)],
      'record:responseTime': [await askRecord()],
      ...(load !== undefined && loadChecks(load())),
    }
    const status = worst(Object.values(checks).flatMap((all) => all.map((check) => check.status)))
    const code = wellEnough.includes(status) ? 200 : 503
    const waiting = spooled?.() ?? 0
    if (waiting === 0) return sayHealth(reply, code, { status, version: '1', releaseId: version, checks })
    // It answers what is read, as it was set to: that is no reason to send nobody here.
    const all = { ...checks, 'audit:spool': [spoolOf(waiting)] }
    return sayHealth(reply, code, { status: worst([status, 'warn']), version: '1', releaseId: version, checks: all })
  }

  return {
    '/health': { GET: (_request, reply) => checked(reply, ['pass', 'warn']) },
    // Alive is who can say so: a record that doesn't answer is no reason to restart this process.
    '/health/live': { GET: async (_request, reply) => sayHealth(reply, 200, { status: 'pass' }) },
    '/health/ready': { GET: (_request, reply) => checked(reply, ['pass']) },
  }
}

const worst = (all: readonly Status[]): Status =>
  all.includes('fail') ? 'fail' : all.includes('warn') ? 'warn' : 'pass'

const now = (): string => systemClock().toString({ fractionalSecondDigits: 3 })

const phaseOf = ({ current }: Phase): Check => ({
  status: current === 'serving' ? 'pass' : 'warn',
  time: now(),
  componentType: 'system',
  observedValue: current,
})

/** A warning: it still answers, late. Whoever can, sends people elsewhere until it has caught up. */
const loadChecks = ({ lateMs, waitedMs, tooLate, waitedTooLong }: Load): Readonly<Record<string, readonly Check[]>> => {
  const check = (componentType: string, bad: boolean, observedValue: number, output: string): readonly Check[] => [
    {
      status: bad ? 'warn' : 'pass',
      time: now(),
      componentType,
      observedValue,
      observedUnit: 'ms',
      ...(bad && { output }),
    },
  ]
  return {
    'process:eventLoop': check('system', tooLate, lateMs, 'This process is too busy to answer in time.'),
    'record:connections': check(
      'datastore',
      waitedTooLong,
      waitedMs,
      'There is no database connection to be had in time.',
    ),
  }
}

const spoolOf = (waiting: number): Check => ({
  status: 'warn',
  time: now(),
  componentType: 'datastore',
  observedValue: waiting,
  observedUnit: 'entries',
  output: 'The audit intake takes nothing: nothing can be changed, and what is read is written down in the spool.',
})

async function recordAnswers(record: HealthOptions['record'], patienceMs: number): Promise<Check> {
  const began = performance.now()
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(late.resolve, patienceMs, `The record has not answered within ${patienceMs} ms.`)
  const output = await Promise.race([late.promise, record.ask().then(() => undefined, reason)])
  clearTimeout(timer)
  return {
    status: output === undefined ? 'pass' : 'fail',
    time: now(),
    componentType: 'datastore',
    observedValue: Math.round(performance.now() - began),
    observedUnit: 'ms',
    ...(output !== undefined && { output }),
  }
}

/** Faults are written for readers; of other errors nothing is told to a caller nobody knows. */
const reason = (error: unknown): string =>
  error instanceof Fault ? `${error.code}: ${error.message}` : 'The record does not answer; the log has the cause.'
