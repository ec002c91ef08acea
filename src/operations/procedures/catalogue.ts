/** The daily procedures as data: when they are due, who owns them, what is done step by step, and what is looked at by the machine. */
import type { ProcedureName, Step } from './terms.ts'

export interface Procedure {
  readonly name: ProcedureName
  readonly title: string
  readonly does: string
  /** A role: src/identity/terms.ts. */
  readonly owner: 'operator'
  /** By the clock of the zone of schedules, as in `08:00`. */
  readonly times: readonly string[]
  /** After so long it is too late. */
  readonly withinMinutes: number
  /** One hands over, another accepts. */
  readonly takesTwo: boolean
  readonly steps: readonly Step[]
}

interface DailyTimes {
  readonly morningCheck: string
  readonly shiftChanges: readonly string[]
  readonly endOfDay: string
}

export const dailyProcedures = ({ morningCheck, shiftChanges, endOfDay }: DailyTimes): readonly Procedure[] => [
  {
    name: 'morning-check',
    title: 'Morning health check',
    does: 'Is the hospital well as the day begins?',
    owner: 'operator',
    times: [morningCheck],
    withinMinutes: 60,
    takesTwo: false,
    steps: MORNING,
  },
  {
    name: 'shift-handover',
    title: 'Shift hand-over',
    does: 'Whoever goes tells whoever comes what was, what is and what is planned.',
    owner: 'operator',
    times: shiftChanges,
    withinMinutes: 60,
    takesTwo: true,
    steps: HANDOVER,
  },
  {
    name: 'end-of-day',
    title: 'End of day',
    does: 'Is there a backup of today, do the logs rotate, and what did the security scan find?',
    owner: 'operator',
    times: [endOfDay],
    withinMinutes: 120,
    takesTwo: false,
    steps: END_OF_DAY,
  },
]

const MORNING: readonly Step[] = [
  {
    name: 'processes',
    title: 'Processes',
    does: 'All processes run. One that was started again by itself has a reason that is known.',
    findings: ['processes'],
    commands: ['status'],
  },
  {
    name: 'application',
    title: 'Application',
    does: 'Hospital and operations say of themselves that they are well, and no certificate is near its end.',
    findings: ['application', 'certificates'],
    commands: ['status'],
  },
  {
    name: 'databases',
    title: 'Databases',
    does: 'Record and control database answer, in the version that is expected.',
    findings: ['databases'],
  },
  {
    name: 'errors',
    title: 'Errors of the last hour',
    does: 'Read what was logged as an error. Each is known, or is followed up.',
    findings: ['errors'],
  },
  {
    name: 'availability',
    title: 'Availability',
    does: 'Availability is what was promised.',
    findings: ['availability'],
  },
  {
    name: 'alerts',
    title: 'Alerts',
    does: 'Every alert since the last check is over, or somebody is at it.',
    findings: ['alerts'],
  },
  {
    name: 'audit-trail',
    title: 'Audit trail',
    does: 'What is done with records is written down and sealed.',
    findings: ['sealing'],
    commands: ['audit count --since 24h', 'audit verify'],
  },
]

const HANDOVER: readonly Step[] = [
  {
    name: 'incidents',
    title: 'Incidents',
    does: 'Go through the incidents of the shift: what happened, who was told, what is left to do.',
    findings: ['incidents', 'processes'],
  },
  {
    name: 'alerts',
    title: 'Alerts and warnings',
    does: 'Go through alerts and errors: which are over, which will come again.',
    findings: ['alerts', 'errors'],
  },
  {
    name: 'last-check',
    title: 'Last checks',
    does: 'Go through the last morning health check and the last end of day: what was a problem there?',
    findings: ['last-check'],
    commands: ['procedures show morning-check'],
  },
  {
    name: 'maintenance',
    title: 'Maintenance calendar',
    does: 'Say which maintenance and which changes are planned until the next hand-over.',
    findings: ['maintenance'],
  },
  {
    name: 'ongoing',
    title: 'Ongoing issues',
    does: 'Tell the team what is not finished, who is at it, and what they wait for. Write it into the note.',
    findings: ['ongoing'],
  },
  {
    name: 'utilisation',
    title: 'Load and space',
    does: 'Look at where processors, memory and disks are heading.',
    findings: ['utilisation'],
  },
]

const END_OF_DAY: readonly Step[] = [
  {
    name: 'backups',
    title: 'Backups',
    does: 'There is a backup of today, and it was verified.',
    findings: ['backups'],
  },
  {
    name: 'log-rotation',
    title: 'Log rotation',
    does: 'Logs are written today, roll over every day, and none is kept longer than it should be.',
    findings: ['logs'],
  },
  {
    name: 'security-scan',
    title: 'Security scan',
    does: 'Read the results of the scan of today. Whatever is high or critical has somebody who mends it.',
    findings: ['security-scan'],
  },
  {
    name: 'security',
    title: 'Sign-ins, sessions, certificates',
    does: 'Failed sign-ins have a harmless reason, nobody holds a session without an account, certificates last.',
    findings: ['sign-ins', 'sessions', 'certificates'],
    commands: ['audit search --action sign-in --outcome refused --since 24h', 'identity sessions --orphaned'],
  },
]
