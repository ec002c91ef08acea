/**
 * What Alertmanager sends, version 4, read strictly where we depend on it.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import { SEVERITIES, type Severity } from '#foundation/severity.ts'
import { fingerprint, type Labels } from '#promql'
import { alertsFaults } from './faults.ts'
import type { Told } from './telling.ts'

const MOST_ALERTS = 500
const MOST_LABELS = 64
const LONGEST = 1_000
const VERSION = '4'
/** Pages make a link of it: nothing but a page may be at its end. */
const RUNBOOK = /^(https?:\/\/|docs\/runbooks\/)[^\s"'<>]+$/

/** Throws `alerts/bad-webhook`. */
export function readWebhook(body: unknown, nowMs: number): Told[] {
  const { version, alerts } = objectIn(body, 'the body')
  if (version !== VERSION) throw alertsFaults['bad-webhook']({ what: 'version: only 4 is understood' })
  if (!Array.isArray(alerts) || alerts.length > MOST_ALERTS)
    throw alertsFaults['bad-webhook']({ what: `alerts: a list of ${MOST_ALERTS} at most` })
  return alerts.map((one, index) => toldIn(one, `alerts[${index}]`, nowMs))
}

function toldIn(given: unknown, where: string, nowMs: number): Told {
  const { status, labels: givenLabels, annotations: givenAnnotations = {}, startsAt, ...rest } = objectIn(given, where)
  if (status !== 'firing' && status !== 'resolved') throw alertsFaults['bad-webhook']({ what: `${where}.status` })
  const labels = textsIn(givenLabels, `${where}.labels`)
  if (labels.alertname === undefined) throw alertsFaults['bad-webhook']({ what: `${where}.labels.alertname` })
  const annotations = textsIn(givenAnnotations, `${where}.annotations`)
  const own = fingerprint(labels)
  // By it the same alert is known that is judged here: one that says something else was made by somebody else.
  if (rest.fingerprint !== own) throw alertsFaults['bad-webhook']({ what: `${where}.fingerprint` })
  const sinceMs = typeof startsAt === 'string' ? Date.parse(startsAt) : Number.NaN
  if (Number.isNaN(sinceMs)) throw alertsFaults['bad-webhook']({ what: `${where}.startsAt` })
  return {
    source: 'alertmanager',
    fingerprint: own,
    state: status === 'firing' ? 'firing' : 'over',
    labels,
    severity: severityOf(labels),
    summary: annotations.summary ?? annotations.description ?? labels.alertname,
    runbook: RUNBOOK.test(annotations.runbook_url ?? '') ? (annotations.runbook_url as string) : '',
    sinceMs: Math.min(sinceMs, nowMs),
    firedMs: Math.min(sinceMs, nowMs),
  }
}

/** Rules of others have other words for it: what we don't know is not made less of than it may be. */
const OTHER_WORDS: Readonly<Record<string, Severity>> = {
  page: 'critical',
  error: 'high',
  warning: 'medium',
  info: 'low',
}

function severityOf({ severity = '' }: Labels): Severity {
  return SEVERITIES.find((one) => one === severity) ?? OTHER_WORDS[severity] ?? 'high'
}

function objectIn(given: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw alertsFaults['bad-webhook']({ what })
  return given as Readonly<Record<string, unknown>>
}

function textsIn(given: unknown, what: string): Labels {
  const entries = Object.entries(objectIn(given, what))
  const areTexts = entries.every(([, value]) => typeof value === 'string' && value.length <= LONGEST)
  if (entries.length > MOST_LABELS || !areTexts) throw alertsFaults['bad-webhook']({ what })
  return Object.fromEntries(entries) as Labels
}
