/**
 * Judges the rules after each look at the samples, and writes down what became of each alert, in one transaction in which this
 * process still has the watch. What it knows lies in the control database too: whoever has the watch next goes on from there.
 */
import type { Database, Queries } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { at } from '#foundation/timestamp.ts'
import { type Labels, number, type Source } from '#promql'
import { type Active, type Actives, judge, summaryOf } from './judge.ts'
import type { Rule } from './rules/index.ts'
import { type AlertRow, judgedAt, noteJudged, openAlerts } from './statements/alerts.ts'
import type { Told, Went } from './telling.ts'

/** A look at the samples. */
export interface Look {
  readonly atMs: number
  readonly source: Source
  /** Whether this process has only now got the watch. */
  readonly first: boolean
  /** Within a transaction: whether it still has it. */
  readonly holds: (tx: Queries) => Promise<boolean>
}

export interface JudgingOptions {
  readonly control: Database
  readonly rules: readonly Rule[]
  /** How much of the time that a rule wants its condition to hold is waited for; 100 outside of drills. */
  readonly holdPercent: number
  /** Writes down what is told, and tells on what changed, within a transaction. */
  readonly tell: (tx: Queries, told: readonly Told[], nowMs: number) => Promise<Went>
  readonly log: Log
}

/** After a restart rates have no past yet: what fired goes on firing for as many looks, whatever is measured. */
const LOOKS_OF_GRACE = 3

export function openJudging({ control, rules, holdPercent, tell, log }: JudgingOptions): (look: Look) => Promise<void> {
  let actives: Actives = new Map()
  let written: Actives = new Map()
  const judgedMs = new Map<string, number>()
  const failing = new Set<string>()
  let looks = 0
  let writing = true
  /** Whether nobody else has judged since `written`. */
  let knows = false

  const remember = async (nowMs: number) => {
    actives = await restored(control, rules, nowMs)
    written = actives
    judgedMs.clear()
    looks = 0
    knows = true
  }
  const judged = (rule: Rule, moment: Pick<Look, 'atMs' | 'source'>): Active[] => {
    const own = [...actives.values()].filter(({ rule: { name } }) => name === rule.name)
    const isDue = moment.atMs - (judgedMs.get(rule.name) ?? 0) >= (rule.everySeconds ?? 0) * 1000
    if (!isDue) return own
    judgedMs.set(rule.name, moment.atMs)
    try {
      const now = judge(rule, actives, { ...moment, holdPercent })
      failing.delete(rule.name)
      if (looks > LOOKS_OF_GRACE) return now
      const there = new Set(now.map(({ fingerprint }) => fingerprint))
      return [...now, ...own.filter((one) => one.state === 'firing' && !there.has(one.fingerprint))]
    } catch (error) {
      // One rule that can't be judged must not blind us to the others.
      if (!failing.has(rule.name)) log.error({ err: error, rule: rule.name }, 'an alert rule can not be judged')
      failing.add(rule.name)
      return own
    }
  }

  return async ({ atMs, source, first, holds }) => {
    if (first || !knows) await remember(atMs)
    looks++
    actives = new Map(rules.flatMap((rule) => judged(rule, { atMs, source })).map((one) => [one.fingerprint, one]))
    const now = actives
    const told = [
      ...[...now.values()].filter((one) => isNews(one, written.get(one.fingerprint))).map(toldOf),
      ...[...written.values()].filter(({ fingerprint }) => !now.has(fingerprint)).map((one) => toldOf(one, 'over')),
    ]
    try {
      knows = await control.transaction(async (tx) => {
        // Somebody else judges now; what was found here counts for nothing.
        if (!(await holds(tx))) return false
        if (told.length > 0) await tell(tx, told, atMs)
        await tx.rows(noteJudged(at(atMs)))
        return true
      })
      written = now
      writing = true
    } catch (error) {
      // While the database is away judging goes on in memory: with its return what it found is written down.
      if (writing) log.error({ err: error }, 'what became of alerts could not be written down; it is tried again')
      writing = false
    }
  }
}

/** What fires is told when it begins to, and when what is measured has changed by a tenth. */
function isNews(now: Active, before: Active | undefined): boolean {
  if (before?.state !== now.state || before.sinceMs !== now.sinceMs) return true
  return Math.abs(now.value - before.value) > Math.abs(before.value) / 10
}

function toldOf(active: Active, over?: 'over' | number): Told {
  const { fingerprint, labels, rule, state, sinceMs, firedMs, value } = active
  return {
    source: 'built-in',
    fingerprint,
    state: over === 'over' ? 'over' : state,
    labels,
    severity: rule.severity,
    summary: summaryOf(active),
    runbook: rule.runbook,
    sinceMs,
    ...(firedMs !== undefined && { firedMs }),
    value,
  }
}

/** What was active when somebody last judged. The time since does not count for what is pending: nobody saw it hold. */
async function restored(control: Database, rules: readonly Rule[], nowMs: number): Promise<Actives> {
  const [watch] = await control.rows(judgedAt())
  const judged = watch?.judged == null ? nowMs : Temporal.Instant.from(watch.judged).epochMilliseconds
  const found = new Map<string, Active>()
  for (const row of await control.rows(openAlerts())) {
    if (row.built_in === null) continue
    const rule = rules.find(({ name }) => name === row.name) ?? formerRule(row)
    const sinceMs = Temporal.Instant.from(row.since).epochMilliseconds
    const fires = row.built_in === 'firing'
    found.set(row.fingerprint, {
      rule,
      fingerprint: row.fingerprint,
      labels: JSON.parse(row.labels) as Labels,
      state: row.built_in,
      sinceMs: fires ? sinceMs : sinceMs + Math.max(0, nowMs - judged),
      ...(fires && row.fired !== null && { firedMs: Temporal.Instant.from(row.fired).epochMilliseconds }),
      value: Number(row.value ?? Number.NaN),
    })
  }
  return found
}

/** Of an alert whose rule another version had: it is judged no more, so that its alert is over. */
const formerRule = ({ name, severity, summary, runbook }: AlertRow): Rule => ({
  name,
  severity,
  summary,
  runbook: runbook as Rule['runbook'],
  expression: number(0),
  forSeconds: 0,
})
