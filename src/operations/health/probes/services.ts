/** The probes of what operations keeps running: the hospital and its copies. */

import { at } from '#foundation/timestamp.ts'
import { type Fetch, isDistrust } from '#foundation/tls/calls.ts'
import { type Answer, fail, type Probe, pass, warn } from '../probe.ts'

/** How the hospital's processes are, as whoever keeps them running knows. */
export interface HospitalLife {
  /** Whether there is a process that has said that it serves. */
  readonly serves: () => boolean
  /** How many of its copies serve, of how many there are to be. */
  readonly copies: () => { readonly serving: number; readonly of: number }
  /** How often it was started again since operations started. */
  readonly restarts: () => number
  /** The newest last: when it ended by itself, and by what, as in `signal SIGKILL`. */
  readonly endings: () => readonly { readonly atMs: number; readonly by: string }[]
}

export interface ServiceProbeOptions {
  readonly life: HospitalLife
  /** Without a final slash. */
  readonly address: string
  readonly fetch: Fetch
  readonly nowMs: () => number
}

const CHARTS = 'Charts can not be read or changed.'
const HOUR_MS = 3_600_000
/** In an hour. Once can be bad luck. */
const OFTEN = 3

interface Check {
  readonly status?: string
  readonly output?: string
}

export function serviceProbes({ life, address, fetch, nowMs }: ServiceProbeOptions): Probe[] {
  const ended = (): string | undefined => {
    const last = life.endings().at(-1)
    return last === undefined ? undefined : `was ended by ${last.by} at ${at(last.atMs)}`
  }
  return [
    {
      name: 'hospital:ready',
      asks: 'Does the hospital answer, and can it work?',
      section: 'application',
      criticality: 'critical',
      bears: 'service',
      carries: CHARTS,
      needs: ['record:database'],
      everySeconds: 5,
      timeoutSeconds: 4,
      live: true,
      runbook: 'docs/runbooks/hospital-not-ready.md',
      async ask(signal) {
        if (!life.serves()) return fail(`The hospital ${ended() ?? 'has not begun to serve'} and is being started.`)
        try {
          const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
          const answer = await fetch(`${address}/health/ready`, { signal: patience })
          return answer.ok ? pass() : fail(`The hospital is not ready: ${await whyNot(answer)}.`)
        } catch (error) {
          if (isDistrust(error)) return fail('The hospital shows a certificate that is not believed.')
          return fail('The hospital does not answer.')
        }
      },
    },
    {
      name: 'hospital:copies',
      asks: 'Do all copies of the hospital serve?',
      section: 'cluster',
      criticality: 'high',
      bears: 'care',
      carries: 'Fewer copies answer slower, and the last one takes all with it.',
      everySeconds: 5,
      timeoutSeconds: 3,
      steady: 2,
      runbook: 'docs/runbooks/hospital-not-ready.md',
      ask() {
        const { serving, of } = life.copies()
        const observed = { observed: serving, unit: `of ${of} serve` }
        if (serving >= of) return pass(observed)
        const says = `${of - serving} of ${of} copies of the hospital ${of - serving === 1 ? 'does' : 'do'} not serve.`
        return serving === 0 ? fail(says, observed) : warn(says, observed)
      },
    },
    {
      name: 'hospital:restarts',
      asks: 'Does the hospital stay up?',
      section: 'cluster',
      criticality: 'high',
      bears: 'care',
      carries: 'What was asked at the moment of an end got no answer.',
      everySeconds: 15,
      timeoutSeconds: 3,
      live: true,
      runbook: 'docs/runbooks/hospital-ends.md',
      ask(): Answer {
        const restarts = life.restarts()
        const observed = { observed: restarts, unit: 'since operations started' }
        const lately = life.endings().filter(({ atMs }) => nowMs() - atMs < HOUR_MS).length
        const how = ended()
        if (how === undefined) return pass(observed)
        const says = `The hospital ${how} and was started again.`
        return lately >= OFTEN
          ? warn(`${says} That was so ${lately} times within an hour.`, observed)
          : pass({ says, ...observed })
      },
    },
  ]
}

/** `missing`: files of the pages that are not there. */
export const pagesProbe = (missing: () => Promise<readonly string[]>): Probe => ({
  name: 'web:pages',
  asks: 'Can the pages be shown?',
  section: 'application',
  criticality: 'high',
  bears: 'service',
  carries: 'Nobody can sign in with a browser.',
  everySeconds: 60,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/pages-missing.md',
  async ask() {
    const files = await missing()
    return files.length === 0 ? pass() : fail('Files of the pages are missing.', { detail: files.join(', ') })
  },
})

const PATIENCE_MS = 3_000

/** What the hospital itself says is bad. */
async function whyNot(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { checks?: Record<string, Check[]> }
  const bad = Object.entries(body.checks ?? {}).flatMap(([name, checks]) =>
    checks
      .filter(({ status }) => status !== 'pass')
      .map(({ output }) => (output === undefined ? name : `${name} says ${output.replace(/\.$/, '')}`)),
  )
  return bad.length === 0 ? `it answers ${answer.status}` : bad.join('; ')
}
