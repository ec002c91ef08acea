/** What of the measures is a finding, and the exact next step. Pure. */
import { SEVERITIES } from '#foundation/severity.ts'
import type { Limits } from './limits.ts'
import type { Measured } from './measure.ts'
import type { DatabasePerformance, HospitalPerformance, PerformanceFinding, StatementLoad } from './terms.ts'

const DAY_MS = 86_400_000
const LONGEST_TEXT = 400

/** The worst first. */
export const ranked = (findings: readonly PerformanceFinding[]): PerformanceFinding[] =>
  findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))

export function findingsOfDatabase(measured: Measured, limits: Limits, nowMs: number): PerformanceFinding[] {
  const { performance } = measured
  const { database } = performance
  return [
    ...uncounted(measured),
    ...connections(performance, limits),
    ...sessions(performance, limits),
    ...missingIndexes(measured),
    ...slowStatements(measured, limits),
    ...indexes(measured, limits, nowMs),
    ...tables(performance, limits),
    ...cache(performance, limits),
  ].map((finding) => ({ ...finding, database }))
}

function uncounted({ uncounted: why, performance: { database } }: Measured): PerformanceFinding[] {
  if (why === undefined) return []
  const says = `Statements of the ${database} database are not counted: slow ones can't be found.`
  return [{ kind: 'not-measured', severity: 'medium', about: database, says, next: why }]
}

function connections(
  { connections: { used, most }, database, programs }: DatabasePerformance,
  limits: Limits,
): PerformanceFinding[] {
  const leaks = programs
    .filter(
      ({ forgotten, idleInTransaction }) =>
        forgotten >= limits.forgottenSessions || (forgotten > 0 && idleInTransaction >= 3),
    )
    .map(
      ({ program, user, sessions: all, forgotten, idleInTransaction, longestIdleSeconds }): PerformanceFinding => ({
        kind: 'connection-leak',
        severity: all / most >= 0.5 ? 'high' : 'medium',
        about: program,
        says: `The program ${program} (${user}) holds ${all} of ${most} connections and has forgotten ${forgotten} of them: they are idle, the longest for ${duration(longestIdleSeconds)}${idleInTransaction > 0 ? `, ${idleInTransaction} within a transaction` : ''}.`,
        next: `Start ${program} anew and have it give connections back; until then: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${program}' AND usename = '${user}' AND state LIKE 'idle%' AND state_change < now() - interval '${limits.forgottenSeconds} seconds';`,
      }),
    )
  if (used / most < limits.connectionsUsed) return leaks
  return [
    {
      kind: 'connections-used-up',
      severity: used / most >= 0.95 ? 'critical' : 'high',
      about: database,
      says: `${used} of ${most} connections of the ${database} database are in use.`,
      next: 'End what has leaked, lower OMNICARE_CONNECTIONS or OMNICARE_WORKERS, or raise max_connections; omnicare capacity says to what.',
    },
    ...leaks,
  ]
}

function sessions({ active }: DatabasePerformance, limits: Limits): PerformanceFinding[] {
  const long = active.filter(({ transactionSeconds = 0 }) => transactionSeconds >= limits.transactionSeconds)
  const waiting = active.filter(({ blockedBy, seconds }) => blockedBy.length > 0 && seconds >= limits.waitSeconds)
  return [
    ...long.map(
      ({ pid, program, state, transactionSeconds = 0, text }): PerformanceFinding => ({
        kind: 'long-transaction',
        severity: 'medium',
        about: `${program}, process ${pid}`,
        says: `A transaction of ${program} is open for ${duration(transactionSeconds)} (${state}); nothing that was deleted since can be cleared away: ${cut(text)}`,
        next: `If nobody waits for it: SELECT pg_terminate_backend(${pid});`,
      }),
    ),
    ...waiting.map(
      ({ pid, program, seconds, blockedBy, text }): PerformanceFinding => ({
        kind: 'waits-for-lock',
        severity: 'high',
        about: `${program}, process ${pid}`,
        says: `A statement of ${program} has waited ${duration(seconds)} for a lock that process ${blockedBy.join(', ')} holds: ${cut(text)}`,
        next: `See what that one does; to end it: SELECT pg_terminate_backend(${blockedBy[0]});`,
      }),
    ),
  ]
}

const told = ({ text, calls, meanMs, maxMs }: StatementLoad): string =>
  `${calls} calls, ${milliseconds(meanMs)} on average, ${milliseconds(maxMs)} at most: ${cut(text)}`

function missingIndexes({ advice, performance: { tables: known } }: Measured): PerformanceFinding[] {
  return advice.map(({ statement, table, index }) => {
    const rows = known.find((one) => one.table === table)?.rows ?? 0
    return {
      kind: 'missing-index',
      severity: statement.totalMs >= 600_000 ? 'high' : 'medium',
      about: table,
      says: `A statement reads all ${rows} rows of ${table} at each call. ${told(statement)}`,
      next: `${index} Try it in a quiet hour; an index that stays belongs into a migration.`,
    }
  })
}

function slowStatements({ performance: { statements = [] }, advice }: Measured, limits: Limits): PerformanceFinding[] {
  const advised = new Set(advice.map(({ statement }) => statement.id))
  return statements
    .filter(({ id, meanMs, calls }) => meanMs >= limits.slowMs && calls >= limits.slowCalls && !advised.has(id))
    .map((statement) => ({
      kind: 'slow-statement',
      severity: statement.totalMs >= 600_000 ? 'medium' : 'low',
      about: `statement ${statement.id}`,
      says: `A statement is slow. ${told(statement)}`,
      next: 'Look at its plan: EXPLAIN (GENERIC_PLAN) and the statement. Are its tables analysed? omnicare database optimize tells.',
    }))
}

function indexes(
  { performance: { indexes: all, since }, written }: Measured,
  limits: Limits,
  nowMs: number,
): PerformanceFinding[] {
  const days = Math.floor((nowMs - Date.parse(since)) / DAY_MS)
  return all.flatMap(({ index, table, bytes, scans, isValid, sameAs }): PerformanceFinding[] => {
    if (!isValid) {
      const says = `The index ${index} of ${table} is broken: it is written and never used (${size(bytes)}).`
      return [
        {
          kind: 'broken-index',
          severity: 'high',
          about: index,
          says,
          next: 'omnicare database optimize makes it anew or takes it away.',
        },
      ]
    }
    const next = `DROP INDEX CONCURRENTLY ${index}; in a migration where a migration has made it. First see that no standby uses it.`
    if (sameAs !== undefined && bytes >= limits.unusedBytes) {
      const says = `The index ${index} of ${table} does what ${sameAs} does too (${size(bytes)}).`
      return [{ kind: 'duplicate-index', severity: 'low', about: index, says, next }]
    }
    if (scans > 0 || bytes < limits.unusedBytes || days < limits.unusedDays) return []
    const says = `Nobody has used the index ${index} of ${table} in ${days} days; it takes ${size(bytes)}, and was written ${written.get(index) ?? 0} times.`
    return [{ kind: 'unused-index', severity: 'low', about: index, says, next }]
  })
}

function tables({ tables: all }: DatabasePerformance, limits: Limits): PerformanceFinding[] {
  const next = 'omnicare database optimize shows what it would do; --apply --reason … does it.'
  return all.flatMap(({ table, rows, dead, bytes, changedSinceAnalyze }): PerformanceFinding[] => [
    ...(dead >= limits.leastDeadRows && dead / Math.max(1, rows + dead) >= limits.deadRows
      ? [
          {
            kind: 'bloated-table' as const,
            severity: 'medium' as const,
            about: table,
            says: `${dead} of the ${rows + dead} rows of ${table} are dead (${size(bytes)} with its indexes).`,
            next,
          },
        ]
      : []),
    ...(changedSinceAnalyze >= limits.leastDeadRows && changedSinceAnalyze >= rows / 2
      ? [
          {
            kind: 'stale-statistics' as const,
            severity: 'low' as const,
            about: table,
            says: `${changedSinceAnalyze} rows of ${table} have changed since it was analysed: plans may be bad.`,
            next,
          },
        ]
      : []),
  ])
}

/** A database that fits into memory reads each page once: until then nothing is said. */
function cache({ cached, bytes, database }: DatabasePerformance, limits: Limits): PerformanceFinding[] {
  if (cached >= limits.leastCached || bytes < 1024 ** 3) return []
  const says = `${Math.round(100 * cached)} % of the pages of the ${database} database came from memory; ${Math.round(100 * limits.leastCached)} % should.`
  return [
    {
      kind: 'cache-too-small',
      severity: 'medium',
      about: database,
      says,
      next: 'omnicare capacity says how much memory it needs.',
    },
  ]
}

export function findingsOfHospital(hospital: HospitalPerformance | undefined, limits: Limits): PerformanceFinding[] {
  if (hospital === undefined) {
    const says = 'The hospital does not tell how it fares.'
    return [
      {
        kind: 'not-measured',
        severity: 'high',
        about: 'hospital',
        says,
        next: 'omnicare status; omnicare logs --plane hospital --errors',
      },
    ]
  }
  const asked = hospital.endpoints.filter(({ requests }) => requests >= limits.endpointRequests)
  const { p99Ms } = hospital.eventLoop
  return [
    ...asked
      .filter(({ p95Ms }) => p95Ms > limits.endpointP95Ms)
      .map(
        ({ method, endpoint, requests, p95Ms, meanMs }): PerformanceFinding => ({
          kind: 'slow-endpoint',
          severity: 'high',
          about: `${method} ${endpoint}`,
          says: `One of twenty answers of ${method} ${endpoint} takes longer than ${milliseconds(p95Ms)} (${requests} requests, ${milliseconds(meanMs)} on average).`,
          next: 'See the slow statements and the saturation in this report; then omnicare capacity.',
        }),
      ),
    ...asked
      .filter(({ failed, requests }) => failed / requests > limits.endpointFailed)
      .map(
        ({ method, endpoint, requests, failed }): PerformanceFinding => ({
          kind: 'failing-endpoint',
          severity: 'high',
          about: `${method} ${endpoint}`,
          says: `${failed} of ${requests} answers of ${method} ${endpoint} were failures.`,
          next: 'omnicare logs --plane hospital --errors',
        }),
      ),
    ...(p99Ms > limits.eventLoopP99Ms
      ? [
          {
            kind: 'busy-event-loop' as const,
            severity: 'high' as const,
            about: 'hospital',
            says: `A process of the hospital lets others wait up to ${milliseconds(p99Ms)} (99th percentile of its event loop).`,
            next: 'Raise OMNICARE_WORKERS; omnicare capacity says to what.',
          },
        ]
      : []),
  ]
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} …` : text)

export const milliseconds = (ms: number): string =>
  ms >= 10_000
    ? `${(ms / 1_000).toFixed(0)} s`
    : ms >= 1_000
      ? `${(ms / 1_000).toFixed(1)} s`
      : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`

const duration = (seconds: number): string =>
  seconds >= 7_200
    ? `${Math.round(seconds / 3_600)} hours`
    : seconds >= 120
      ? `${Math.round(seconds / 60)} minutes`
      : `${Math.round(seconds)} seconds`

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
export function size(bytes: number): string {
  let [value, unit] = [bytes, 0]
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}
