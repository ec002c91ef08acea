/** What the terms of alerts are called on pages. */
import type { Alert, AlertSource } from '../../../src/operations/alerts/terms.ts'
import type { Tone } from '../mark.tsx'

type Severity = Alert['severity']

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'care',
  low: 'unknown',
}

export const SOURCE_WORDS: Readonly<Record<AlertSource, string>> = {
  'built-in': 'judged here',
  alertmanager: 'told by Alertmanager',
}

/** As in `job="hospital", endpoint="/fhir/R4/Patient"`. */
export const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')

/** What somebody still has to look at. */
export const isOpen = ({ state, acknowledged, silencedUntil }: Alert): boolean =>
  state === 'firing' && acknowledged === undefined && silencedUntil === undefined
