/** The probes of what waits: entries of the audit trail to be sealed, letters to be mailed. */
import { fail, limited, type Probe, pass, warn } from '../probe.ts'

export interface Sealing {
  readonly source: string
  readonly lagSeconds: number
  readonly failure?: string
}

const LAG_SECONDS = { warned: 5, failed: 60 }

export const sealingProbe = (sealing: () => readonly Sealing[]): Probe => ({
  name: 'audit:sealing',
  asks: 'Is the audit trail sealed as it grows?',
  section: 'application',
  criticality: 'high',
  bears: 'service',
  carries: 'What is not sealed yet could be altered unseen by whoever administers the database.',
  needs: ['record:database', 'control:database'],
  everySeconds: 5,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/sealing-stuck.md',
  ask() {
    const states = sealing()
    const lag = Math.max(0, ...states.map(({ lagSeconds }) => lagSeconds))
    const failure = states.find((state) => state.failure !== undefined)?.failure
    const says = failure ?? 'What was recorded waits longer than it should to be sealed.'
    const last = states.toSorted((a, b) => b.lagSeconds - a.lagSeconds)[0]
    const detail = last === undefined ? {} : { detail: `of the ${last.source} database` }
    return limited(Math.round(lag * 1000) / 1000, { ...LAG_SECONDS, says, unit: 's', ...detail })
  },
})

/** `failure`: why the files can't be written; nothing when they can. */
export const auditLogsProbe = (failure: () => string | undefined): Probe => ({
  name: 'audit:logs',
  asks: 'Can audit.log and phi-access.log be written?',
  section: 'application',
  criticality: 'medium',
  bears: 'service',
  carries: 'Whoever reads the trail in those files reads an old one; the ledger has all of it.',
  needs: ['control:database'],
  everySeconds: 15,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/audit-logs.md',
  ask() {
    const why = failure()
    return why === undefined ? pass() : warn(why)
  },
})

export interface Waiting {
  readonly waiting: number
  /** When the oldest of them was made, in ms; absent when none waits. */
  readonly oldestMs?: number
  /** Given up within the last day. */
  readonly dead: number
}

const WAITED_SECONDS = { warned: 300, failed: 3_600 }

export const mailProbe = (waiting: () => Promise<Waiting>, nowMs: () => number): Probe => ({
  name: 'mail:outbox',
  asks: 'Does mail leave?',
  section: 'application',
  criticality: 'medium',
  bears: 'care',
  carries: 'Invitations, links to choose another password, and warnings to people do not arrive.',
  through: 'control:database',
  everySeconds: 15,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/mail-does-not-leave.md',
  async ask() {
    const {
      waiting: count,
      oldestMs,
      dead,
    } = await waiting().catch(() => ({ waiting: -1, oldestMs: undefined, dead: 0 }))
    if (count < 0) return fail('The outbox can not be read.')
    const waited = oldestMs === undefined ? 0 : Math.max(0, Math.round((nowMs() - oldestMs) / 1000))
    const detail = `${count} waiting, ${dead} given up within a day`
    const answer = limited(waited, { ...WAITED_SECONDS, says: 'Mail does not leave.', detail, unit: 's' })
    if (answer.verdict === 'pass' && dead > 0)
      return warn('Letters were given up: omnicare identity mail says why.', { observed: waited, unit: 's', detail })
    return answer
  },
})

export interface CertificateState {
  readonly daysLeft: number
  /** Whether what is in the files can't be served. */
  readonly refused: boolean
}

/** Whoever asks needs no token: where files lie, and who may read them, is for the log. */
const REFUSED = "The changed certificate files can't be served: the log says why."

export const certificateProbe = (state: () => CertificateState, warnedDays: number): Probe => ({
  name: 'tls:certificate',
  asks: 'Is the certificate good for a while yet?',
  section: 'cluster',
  criticality: 'critical',
  bears: 'service',
  carries: 'Once it has ended, browsers and programs refuse to come in.',
  everySeconds: 60,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/certificate-ends.md',
  ask() {
    const { daysLeft, refused } = state()
    const observed = { observed: daysLeft, unit: 'days left' }
    if (daysLeft < 0) return fail(refused ? REFUSED : 'The certificate has ended: renew it.', observed)
    if (refused) return warn(REFUSED, observed)
    return daysLeft < warnedDays ? warn('The certificate ends soon: renew it.', observed) : pass(observed)
  },
})
