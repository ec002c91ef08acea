import { metric } from '#foundation/metric.ts'

export const ALERT_METRICS = {
  open: metric({
    name: 'omnicare_alerts',
    type: 'gauge',
    help: 'Alerts that are not over.',
    moves: 'What the rules find, here or at Prometheus; told when an alert changes, or somebody asks for the list.',
    labels: { severity: '`critical`, `high`, `medium`, `low`', state: '`pending`, `firing`' },
  }),
  leftOut: metric({
    name: 'omnicare_alerts_left_out_total',
    type: 'counter',
    help: 'Alerts that were told and not taken in, because too many are open.',
    moves: 'Each that begins while 2,000 are open.',
  }),
}
