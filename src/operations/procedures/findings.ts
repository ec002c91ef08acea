/**
 * What is found out by the machine before a person looks. Each source is asked by itself, within a time: one that fails or is
 * slow says so, and keeps nobody from the rest.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '#foundation/log.ts'
import type { Finding, FindingName, Measure, Verdict } from './terms.ts'

/** From when to when it is asked about: as a rule since the last one that was signed. Milliseconds since 1970. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

export interface Told {
  readonly verdict: Verdict
  /** One sentence; no patient, no secret. */
  readonly says: string
  /** Any number: only the first are kept. */
  readonly lines?: readonly string[]
  readonly measures?: readonly Omit<Measure, 'before'>[]
}

/** May throw, and may take its time: both become `unknown`. */
export type FindingSource = (period: Period, signal: AbortSignal) => Promise<Told>

/** Who tells what; what nobody tells is not known. `src/finding-sources.ts` joins them to the rooms that know. */
export type FindingSources = Readonly<Partial<Record<FindingName, FindingSource>>>

export interface Collecting {
  readonly sources: FindingSources
  readonly patienceMs: number
  readonly log: Log
}

const MOST_LINES = 20
const LONGEST_LINE = 300

/** All `names`, in their order. `before`: what was found the last time, to compare measures with. */
export async function collect(
  { sources, patienceMs, log }: Collecting,
  names: readonly FindingName[],
  period: Period,
  before: readonly Finding[],
): Promise<Finding[]> {
  const one = async (name: FindingName): Promise<Finding> => {
    const source = sources[name]
    if (source === undefined)
      return { name, verdict: 'unknown', says: 'Nothing in OmniCare tells this yet.', lines: [], more: 0 }
    const told = await inTime(source, period, patienceMs).catch((error: unknown): Told => {
      log.warn({ err: error, finding: name }, 'a finding of a daily procedure could not be collected')
      return { verdict: 'unknown', says: 'It could not be found out: the log of operations says why.' }
    })
    return findingOf(name, told, before.find((former) => former.name === name)?.measures ?? [])
  }
  return Promise.all(names.map(one))
}

async function inTime(source: FindingSource, period: Period, patienceMs: number): Promise<Told> {
  const giveUp = new AbortController()
  const late = delay<Told>(
    patienceMs,
    { verdict: 'unknown', says: `There was no answer within ${patienceMs / 1000} seconds.` },
    { signal: giveUp.signal, ref: false },
  )
  const asking = new AbortController()
  try {
    return await Promise.race([source(period, asking.signal), late])
  } finally {
    asking.abort()
    giveUp.abort()
    late.catch(() => undefined)
  }
}

function findingOf(name: FindingName, told: Told, before: readonly Measure[]): Finding {
  const { verdict, says, lines = [], measures } = told
  return {
    name,
    verdict,
    says: says.slice(0, LONGEST_LINE),
    lines: lines.slice(0, MOST_LINES).map((line) => line.slice(0, LONGEST_LINE)),
    more: Math.max(0, lines.length - MOST_LINES),
    ...(measures !== undefined && {
      measures: measures.map((measure) => {
        const former = before.find((one) => one.name === measure.name && one.unit === measure.unit)
        return { ...measure, ...(former !== undefined && { before: former.value }) }
      }),
    }),
  }
}
