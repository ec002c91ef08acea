/** `alerts …`: what is wrong now and was, and saying that somebody is at it. */
import type { Alert, AlertHistory, AlertsAnswer, Silence } from '../../operations/alerts/index.ts'
import { askOperations } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { columns } from '../identity/ask.ts'
import { wholeNumber } from '../options.ts'

const ask = async <T>(context: Context, path: string, body?: object): Promise<T> =>
  (await askOperations(context, `alerts${path}`, body)).json() as Promise<T>

const JSON_OPTION = { json: { type: 'boolean', means: 'Prints JSON, for programs.' } } as const
const REASON = { reason: { type: 'string', means: 'Why, for whoever comes next.', takes: 'TEXT' } } as const

/** A finding when any fires that is neither acknowledged nor silenced. */
export const listCommand: Command = {
  options: JSON_OPTION,
  about: ['A finding (1) while an alert fires that nobody has acknowledged or silenced.'],
  examples: ['alerts list', 'alerts list --json'],
  async run({ options }, context) {
    const answer = await ask<AlertsAnswer>(context, '')
    if (options.json === true) context.out(JSON.stringify(answer))
    else for (const line of shown(answer)) context.out(line)
    const asks = ({ state, acknowledged, silencedUntil }: Alert) =>
      state === 'firing' && acknowledged === undefined && silencedUntil === undefined
    return answer.alerts.some(asks) ? 1 : 0
  },
}

function shown({ alerts, silences, judgedHere, judged }: AlertsAnswer): string[] {
  const lines = alerts.length === 0 ? ['No alert is pending or fires.'] : table(alerts)
  if (silences.length > 0) lines.push('', ...silenceTable(silences))
  if (!judgedHere)
    lines.push('', 'Rules are not judged here (OMNICARE_SCRAPE_SECONDS is 0): these come from Alertmanager.')
  else lines.push('', judged === undefined ? 'Rules have not been judged yet.' : `Judged ${judged}.`)
  return lines
}

const table = (alerts: readonly Alert[]): string[] =>
  columns([
    ['id', 'severity', 'state', 'alert', 'since', 'what', 'then', 'said by'],
    ...alerts.map((alert) => [
      alert.id,
      alert.severity,
      stateOf(alert),
      alert.name,
      alert.since,
      alert.summary,
      alert.runbook,
      alert.sources.join(', '),
    ]),
  ])

function stateOf({ state, acknowledged, silencedUntil }: Alert): string {
  if (acknowledged !== undefined) return `${state}, ${acknowledged.by} is at it`
  return silencedUntil === undefined ? state : `${state}, silent until ${silencedUntil}`
}

const silenceTable = (silences: readonly Silence[]): string[] =>
  columns([
    ['silence', 'of', 'until', 'by', 'why'],
    ...silences.map(({ id, labels, until, by, reason }) => [
      id,
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      until,
      by,
      reason,
    ]),
  ])

export const historyCommand: Command = {
  options: {
    name: { type: 'string', means: 'Only of this rule.', takes: 'ALERT' },
    most: { type: 'string', means: 'How many, 1 to 200.', takes: 'COUNT', default: '50' },
    before: { type: 'string', means: 'Only those that ended before the one with this id.', takes: 'ID' },
    ...JSON_OPTION,
  },
  examples: ['alerts history', 'alerts history --name ServiceDown --most 10'],
  async run({ options }, context) {
    const asked = new URLSearchParams({ most: String(wholeNumber(options, 'most', 1, 200)) })
    for (const name of ['name', 'before'] as const)
      if (options[name] !== undefined) asked.set(name, String(options[name]))
    const answer = await ask<AlertHistory>(context, `/history?${asked}`)
    if (options.json === true) context.out(JSON.stringify(answer))
    else if (answer.alerts.length === 0) context.out('No alert has ended.')
    else {
      const head = ['severity', 'alert', 'since', 'fired', 'resolved', 'what', 'acknowledged by']
      const rows = answer.alerts.map(({ severity, name, since, fired, resolved, summary, acknowledged }) =>
        [severity, name, since, fired, resolved, summary, acknowledged?.by].map((cell) => cell ?? ''),
      )
      for (const line of columns([head, ...rows])) context.out(line)
      if (answer.next !== undefined) context.out(`There are more: --before ${answer.next}`)
    }
    return 0
  },
}

export const acknowledgeCommand: Command = {
  options: { ...REASON, ...JSON_OPTION },
  takes: 'ID',
  about: ['Says that somebody is at it, to everybody. Put down in the audit trail.'],
  examples: ['alerts acknowledge 01a21346-29cf-7778-aef7-e0bcc9a96c5f --reason "the disk is being enlarged"'],
  async run({ options, words }, context) {
    const [id] = words
    if (id === undefined || words.length > 1 || options.reason === undefined)
      throw cliFaults['bad-options']({ why: 'alerts acknowledge takes the id of an alert, and a --reason' })
    const body = { reason: String(options.reason) }
    const alert = await ask<Alert>(context, `/${encodeURIComponent(id)}/acknowledge`, body)
    context.out(options.json === true ? JSON.stringify(alert) : `${alert.name} is acknowledged.`)
    return 0
  },
}

export const silenceCommand: Command = {
  options: {
    until: { type: 'string', means: 'Until when, within 30 days; RFC 3339.', takes: 'TIME' },
    end: { type: 'string', means: 'Ends this silence instead.', takes: 'ID' },
    ...REASON,
    ...JSON_OPTION,
  },
  takes: 'LABEL=VALUE …',
  about: ['Nobody is told of alerts that have all these labels, until then. Put down in the audit trail.'],
  examples: [
    'alerts silence alertname=DiskFilling --until 2026-11-27T08:00:00-05:00 --reason "a disk comes"',
    'alerts silence --end 01a21346-29cf-7778-aef7-e0bcc9a96c5f',
  ],
  async run({ options, words }, context) {
    if (options.end !== undefined) {
      await ask(context, `/silences/${encodeURIComponent(String(options.end))}/end`, {})
      context.out(options.json === true ? JSON.stringify({ ended: 1 }) : 'The silence has ended.')
      return 0
    }
    const labels = words.map((word) => /^(\w+)=(.+)$/.exec(word))
    if (labels.length === 0 || labels.includes(null) || options.until === undefined || options.reason === undefined)
      throw cliFaults['bad-options']({ why: 'alerts silence takes label=value, --until and --reason' })
    const silence = await ask<Silence>(context, '/silences', {
      labels: Object.fromEntries(labels.map((match) => [match?.[1], match?.[2]])),
      until: String(options.until),
      reason: String(options.reason),
    })
    context.out(options.json === true ? JSON.stringify(silence) : `Silent until ${silence.until}: ${silence.id}`)
    return 0
  },
}
