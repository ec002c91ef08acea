/** Alerts: what we promise and what must not happen, as rules; what became of them; and what Alertmanager says. */
export { type Alerts, type NewSilence, openAlertsBook } from './alerts.ts'
export { openJudging } from './judging.ts'
export { ALERT_METRICS } from './metrics.ts'
export { askedBy, RULES } from './rules/index.ts'
export type * from './terms.ts'
export { readWebhook } from './webhook.ts'
