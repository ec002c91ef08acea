/** Alerts on a control database of a test's own, with samples and a clock that the test sets. */
import { Registry } from 'prom-client'
import type { Queries } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { keyOf, type Labels, openMemory } from '#promql'
import { type AlertChange, openAlertsBook, openJudging } from '../../src/operations/alerts/index.ts'
import { RULES, type Rule } from '../../src/operations/alerts/rules/index.ts'
import { startHome } from './home.ts'
import { readableLog } from './recording-record.ts'
import type { After } from './suite.ts'

export const DOER = { caller: 'somebody', name: 'Grace Hopper' }
export const HOSPITAL: Labels = { job: 'hospital', instance: '127.0.0.1:8080' }

export async function startControl(t: After) {
  const { url, open } = await startHome(t, 'control')
  return open({ url, connections: 8, role: 'omnicare_operations' })
}

type Control = Awaited<ReturnType<typeof startControl>>

export const ruleOf = (name: string): Rule => {
  const rule = RULES.find((one) => one.name === name)
  if (rule === undefined) throw new Error(`there is no rule ${name}`)
  return rule
}

/** `rules`: by which is judged. Every process has one of these. */
export function openAlerts(control: Control, rules: readonly Rule[], from = '2026-05-04T07:00:00Z', holdPercent = 100) {
  let now = Date.parse(from)
  const changes: AlertChange[] = []
  const recorded: string[] = []
  const { log, lines } = readableLog()
  const metrics = new Registry()
  const book = openAlertsBook<string>({
    control,
    judgedHere: true,
    changed: async (_tx, some) => void changes.push(...some),
    record: async (caller, { resources, reason }) => void recorded.push(`${caller}: ${reason} ${resources}`),
    nowMs: () => now,
    metrics,
  })
  const judging = openJudging({ control, rules, holdPercent, tell: book.tell, log })
  const source = openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })
  let first = true
  let holding = true
  return {
    book,
    changes,
    recorded,
    metrics,
    lines,
    source,
    nowMs: () => now,
    later: (seconds: number) => {
      now += seconds * 1000
    },
    /** Somebody else has the watch from now on. */
    lose: () => {
      holding = false
    },
    regain: () => {
      holding = true
    },
    /** Samples of now, as labels with a name and a value each. */
    sample: (...samples: readonly (readonly [Labels, number])[]) => {
      for (const [labels, value] of samples) source.add(labels, keyOf(labels), now, value)
    },
    async look() {
      await judging({ atMs: now, source, first, holds: async (_tx: Queries) => holding })
      first = false
    },
    /** As in `firing ServiceDown`. */
    said: () => changes.map(({ to, alert }) => `${to} ${alert.name}`),
  }
}

export const emptyAlerts = (control: Control) =>
  control.transaction(async (tx) => {
    await tx.rows(sql`DELETE FROM operations.alert`)
    await tx.rows(sql`DELETE FROM operations.silence`)
    await tx.rows(sql`DELETE FROM operations.watch`)
    await tx.rows(sql`INSERT INTO operations.watch (name, holder, until)
      VALUES ('samples', '00000000-0000-0000-0000-000000000000', 'infinity')`)
  })
