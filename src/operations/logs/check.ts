/** The manual's "Log Rotation Check": are logs written, begun anew every day, closed to others, and kept for as long as they must be? */
import { kindOf, type LogFile, logFilesIn } from './files.ts'
import { firstTimeOf } from './lines.ts'
import { dayOf, expired, KEEP_DAYS } from './policy.ts'
import { type KeptLogs, LOG_KINDS, type LogCheck, type LogFinding } from './terms.ts'

/** Between the end of a day and the beginning of its next file. */
const ROTATED_WITHIN_MS = 5 * 60_000
const FOR_OTHERS = 0o077

export interface CheckOptions {
  readonly folder: string
  readonly auditFolder: string
  /** Days for which audit.log is kept; 0 when it isn't written. */
  readonly auditDays: number
  readonly nowMs: () => number
}

/** A file of the folder, with the time of its first line where that is asked for. */
interface Looked extends LogFile {
  readonly firstMs?: number | undefined
}

export async function checkLogs({ folder, auditFolder, auditDays, nowMs }: CheckOptions): Promise<LogCheck> {
  const now = nowMs()
  const files = [...logFilesIn(folder).filter(({ log }) => kindOf(log) !== 'audit'), ...logFilesIn(auditFolder)]
  const looked = await Promise.all(
    files.map(async (file) => (file.day === undefined ? { ...file, firstMs: await firstTimeOf(file.path) } : file)),
  )
  const findings = findingsOf(looked, auditDays, now)
  return { at: new Date(now).toISOString(), well: findings.length === 0, kept: keptOf(files, auditDays), findings }
}

function keptOf(files: readonly LogFile[], auditDays: number): KeptLogs[] {
  return LOG_KINDS.map((kind) => {
    const of = files.filter(({ log }) => kindOf(log) === kind)
    const [oldest] = of.map(({ day, changedMs }) => day ?? dayOf(changedMs)).sort()
    return {
      kind,
      keepDays: kind === 'audit' ? auditDays : KEEP_DAYS[kind],
      files: of.length,
      bytes: of.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(oldest !== undefined && { oldest }),
    }
  })
}

function findingsOf(files: readonly Looked[], auditDays: number, nowMs: number): LogFinding[] {
  return [
    ...missing(files, auditDays),
    ...(auditDays > 0 && auditDays < KEEP_DAYS.audit ? [tooShort(auditDays)] : []),
    ...files.flatMap((file) => notBegunAnew(file, nowMs)),
    ...expired(files, nowMs).map(({ log, name }) => ({
      kind: kindOf(log),
      file: name,
      says: `${name} should have been removed: its ${KEEP_DAYS[kindOf(log)]} days are over.`,
      remedy: 'Operations removes it within the hour; if it stays, the log of operations says why.',
    })),
    ...files.flatMap(({ log, name, mode }) =>
      (mode & FOR_OTHERS) === 0
        ? []
        : [
            {
              kind: kindOf(log),
              file: name,
              says: `${name} can be read by other users of the machine (${mode.toString(8)}).`,
              remedy: `chmod 600 ${name}, and find out who has changed it.`,
            },
          ],
    ),
    ...files.flatMap(({ log, name, day, isCompressed }) =>
      kindOf(log) === 'audit' && day !== undefined && !isCompressed
        ? [
            {
              kind: 'audit' as const,
              file: name,
              says: `${name} was put away and not compressed.`,
              remedy: 'Operations does that when it begins a new file; if it stays, its log says why.',
            },
          ]
        : [],
    ),
  ]
}

function missing(files: readonly Looked[], auditDays: number): LogFinding[] {
  const isWritten = (log: RegExp) => files.some((file) => log.test(file.log) && file.day === undefined)
  const wanted: [LogFinding['kind'], string, RegExp][] = [
    ['application', 'hospital.log', /^hospital(-\d+)?$/],
    ['application', 'operations.log', /^operations$/],
    ...(auditDays === 0
      ? []
      : ([
          ['audit', 'audit.log', /^audit$/],
          ['audit', 'phi-access.log', /^phi-access$/],
        ] as [LogFinding['kind'], string, RegExp][])),
  ]
  return wanted
    .filter(([, , log]) => !isWritten(log))
    .map(([kind, file]) => ({
      kind,
      file,
      says: `There is no ${file}: nothing is logged there.`,
      remedy:
        'Start OmniCare with this OMNICARE_HOME; if it runs, see that the disk has room and the folder can be written.',
    }))
}

const tooShort = (days: number): LogFinding => ({
  kind: 'audit',
  says: `Past days of audit.log are kept for ${days} days; they must be had for seven years.`,
  remedy: `Set OMNICARE_AUDIT_LOG_DAYS to ${KEEP_DAYS.audit}, or to 0 where the ledger alone is to hold them.`,
})

function notBegunAnew({ log, name, day, firstMs, changedMs, bytes }: Looked, nowMs: number): LogFinding[] {
  if (day !== undefined || bytes === 0) return []
  const midnight = Date.parse(dayOf(nowMs))
  if (nowMs - midnight < ROTATED_WITHIN_MS) return []
  // Entries of audit.log may be older than their file. What is not written any more is no trouble of the rotation.
  const isStuck =
    kindOf(log) === 'audit'
      ? changedMs < midnight
      : changedMs >= midnight && firstMs !== undefined && firstMs < midnight
  if (!isStuck) return []
  const since = dayOf(kindOf(log) === 'audit' ? changedMs : Number(firstMs))
  return [
    {
      kind: kindOf(log),
      file: name,
      says: `${name} still holds the lines of ${since}: it was not begun anew at midnight UTC.`,
      remedy: 'Start the process anew that writes it; if it stays so, see that the folder can be written.',
    },
  ]
}
