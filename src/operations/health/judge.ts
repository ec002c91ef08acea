/** What the answers mean together. Pure. */
import type { Cause, ProbeState, Verdict } from './terms.ts'

const RANK: Readonly<Record<Verdict, number>> = { pass: 0, warn: 1, fail: 2 }

export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>((bad, one) => (RANK[one] > RANK[bad] ? one : bad), 'pass')

/** What is being considered: another verdict, and how often it was answered in a row. */
export interface Considered {
  readonly verdict: Verdict
  readonly times: number
}

/**
 * Takes another verdict once it was answered `steady` times in a row, whatever kind of other: what swings between `warn` and
 * `fail` is not well. The first answer counts at once.
 */
export function steadied(
  current: Verdict | undefined,
  considered: Considered | undefined,
  answered: Verdict,
  steady: number,
): { readonly verdict: Verdict; readonly considered?: Considered } {
  if (current === undefined || answered === current) return { verdict: answered }
  const times = (considered?.times ?? 0) + 1
  return times >= steady ? { verdict: answered } : { verdict: current, considered: { verdict: answered, times } }
}

/** For each probe that is bad because of another one, the name of that: the last in the chain of what fails. */
export function explained(states: readonly ProbeState[]): ReadonlyMap<string, string> {
  const by = new Map(states.map((state) => [state.name, state]))
  const root = (name: string, seen: ReadonlySet<string>): string | undefined => {
    for (const need of by.get(name)?.needs ?? []) {
      if (by.get(need)?.verdict !== 'fail' || seen.has(need)) continue
      return root(need, new Set([...seen, need])) ?? need
    }
    return undefined
  }
  const found = states
    .filter(({ verdict }) => verdict === 'warn' || verdict === 'fail')
    .flatMap(({ name }) => {
      const because = root(name, new Set([name]))
      return because === undefined ? [] : [[name, because] as const]
    })
  return new Map(found)
}

/** What is wrong by itself, the worst and most critical first, each with what is wrong because of it. */
export function causesOf(states: readonly ProbeState[]): Cause[] {
  const because = explained(states)
  const criticality = { critical: 0, high: 1, medium: 2, low: 3 }
  return states
    .filter(({ name, verdict }) => (verdict === 'warn' || verdict === 'fail') && !because.has(name))
    .sort(
      (a, b) =>
        RANK[b.verdict as Verdict] - RANK[a.verdict as Verdict] ||
        criticality[a.criticality] - criticality[b.criticality],
    )
    .map(({ name, verdict, since = '', says = '', carries, runbook }) => ({
      probe: name,
      verdict: verdict as 'warn' | 'fail',
      since,
      says,
      carries,
      dependents: states.filter((one) => because.get(one.name) === name).map((one) => one.name),
      runbook,
    }))
}

/** Of the service: what only has to be seen to leaves it as it is. What was never answered is not known to be well. */
export const serviceVerdict = (states: readonly ProbeState[]): Verdict =>
  worst(states.filter(({ bears }) => bears === 'service').map(({ verdict }) => verdict ?? 'warn'))
