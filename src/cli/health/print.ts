/** The report of health for a person, in the sections of the manuals' morning check. Pure. */
import type {
  Availability,
  HealthReport,
  LoggedErrors,
  ProbeState,
  Section,
  Sla,
  Verdict,
} from '../../operations/health/index.ts'

const TITLES: Readonly<Record<Section, string>> = {
  cluster: '[1] Cluster',
  application: '[2] Application',
  database: '[3] Database',
}
const SAID: Readonly<Record<Verdict, string>> = { pass: 'well', warn: 'to be seen to', fail: 'failing' }
const NAME_WIDTH = 22
const HOUR_MS = 3_600_000

const isBelow = ({ targetPercent, last30Days: { percent } }: Sla): boolean =>
  percent !== undefined && percent < targetPercent

/** Whether somebody has to see to something. */
export const isFinding = ({ verdict, errors, sla }: HealthReport): boolean =>
  verdict !== 'pass' || errors.count > 0 || isBelow(sla)

export function linesOf(report: HealthReport, comprehensive: boolean): string[] {
  const { at, region, verdict, service, probes, errors, sla } = report
  return [
    `OmniCare health, ${at.slice(0, 19)}Z, region ${region}: ${SAID[verdict]}; the service is ${SAID[service]}.`,
    ...(['cluster', 'application', 'database'] as const).flatMap((section) => [
      '',
      TITLES[section],
      ...sectionLines(
        probes.filter((probe) => probe.section === section),
        comprehensive,
      ),
    ]),
    '',
    '[4] Errors of the last hour',
    ...errorLines(errors),
    ...changeLines(report, comprehensive),
    '',
    '[5] SLA',
    ...slaLines(sla),
    ...causeLines(report),
  ]
}

/** What is bad, and what is critical; of the rest how many are well. */
function sectionLines(probes: readonly ProbeState[], comprehensive: boolean): string[] {
  const shown = probes.filter(
    ({ verdict, criticality }) => comprehensive || verdict !== 'pass' || criticality === 'critical',
  )
  const rest = probes.length - shown.length
  return [
    ...shown.flatMap((probe) => probeLines(probe, comprehensive)),
    ...(rest > 0 ? [`  pass  and ${rest} more`] : []),
  ]
}

function probeLines(probe: ProbeState, comprehensive: boolean): string[] {
  const {
    name,
    verdict = 'warn',
    says,
    detail,
    because,
    everySeconds,
    timeoutSeconds,
    criticality,
    asked,
    runbook,
  } = probe
  const words = [
    observedOf(probe),
    says ?? (probe.verdict === undefined ? 'Not answered yet.' : undefined),
    detail === undefined ? undefined : `(${detail})`,
    because === undefined ? undefined : `Because of ${because}.`,
  ].filter((word) => word !== undefined)
  const line = `  ${verdict}  ${name.padEnd(NAME_WIDTH)}${words.join('  ')}`.trimEnd()
  if (!comprehensive) return [line]
  const when = asked === undefined ? '' : `; asked ${asked.slice(11, 19)}`
  return [
    line,
    `        ${probe.asks} ${criticality}, every ${everySeconds} s, within ${timeoutSeconds} s${when}; ${runbook}`,
  ]
}

const observedOf = ({ observed, unit }: ProbeState): string | undefined =>
  observed === undefined ? undefined : `${observed} ${unit ?? ''}`.trimEnd()

const errorLines = ({ count, newest, lacks }: LoggedErrors): string[] => [
  ...(count === 0 ? ['  none'] : []),
  ...newest.map(({ last, count: times, service, message, code }) => {
    const which = code === undefined ? '' : ` (${code})`
    return `  ${last.slice(11, 19)}  ${`${times}×`.padStart(5)}  ${service}: ${message}${which}`
  }),
  ...(lacks === undefined ? [] : [`  ${lacks}`]),
]

/** Changes of the last hour; comprehensive: all that are known. First answers after a start are no news. */
function changeLines({ at, changes }: HealthReport, comprehensive: boolean): string[] {
  const since = Date.parse(at) - HOUR_MS
  const shown = changes.filter(
    (change) => change.from !== undefined && (comprehensive || Date.parse(change.at) >= since),
  )
  if (shown.length === 0) return []
  const lines = shown.map(
    ({ at: when, probe, from, to, says = '' }) =>
      `  ${when.slice(comprehensive ? 0 : 11, 19)}  ${probe.padEnd(NAME_WIDTH)}${from} → ${to}  ${says}`,
  )
  return ['  What changed:', ...lines.map((line) => line.trimEnd())]
}

function slaLines(sla: Sla): string[] {
  const { targetPercent, lastDay, last30Days, lacks } = sla
  return [
    `  The hospital was there for ${availabilityOf(lastDay)} today, ${availabilityOf(last30Days)} in 30 days.`,
    `  Promised are ${targetPercent} %${isBelow(sla) ? ': that was not kept.' : '.'}`,
    ...(lacks === undefined ? [] : [`  ${lacks}`]),
  ]
}

function availabilityOf({ percent, watchedSeconds, failedSeconds }: Availability): string {
  if (percent === undefined) return 'nobody knows how long'
  return `${percent} % (failed for ${failedSeconds} s of ${spanOf(watchedSeconds)} watched)`
}

function spanOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`
}

function causeLines({ causes }: HealthReport): string[] {
  if (causes.length === 0) return []
  return [
    '',
    'What is wrong',
    ...causes.flatMap(({ probe, verdict, since, says, carries, dependents, runbook }) => [
      `  ${verdict}  ${probe}, since ${since.slice(0, 19)}Z: ${says}`,
      `        ${carries}`,
      ...(dependents.length === 0 ? [] : [`        Depends on it, and is not well: ${dependents.join(', ')}.`]),
      `        What to do: ${runbook}`,
    ]),
  ]
}
