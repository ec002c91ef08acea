import { faults } from '#foundation/fault.ts'

export const alertsFaults = faults('alerts', {
  'no-alert': {
    kind: 'missing',
    says: 'There is no such alert that is not over.',
    remedy: '`omnicare alerts list` shows those that there are.',
  },
  acknowledged: {
    kind: 'conflict',
    says: 'Somebody has acknowledged the alert already.',
    remedy: '`omnicare alerts list` says who.',
  },
  'no-silence': {
    kind: 'missing',
    says: 'There is no such silence that still counts.',
    remedy: '`omnicare alerts list` shows those that there are.',
  },
  'no-reason': {
    kind: 'invalid',
    says: 'A reason is needed, of 3 to 500 characters.',
    remedy: 'Say in a few words why, for whoever comes next.',
  },
  'bad-labels': {
    kind: 'invalid',
    says: 'A silence needs 1 to 10 labels, each with a value of up to 200 characters.',
    remedy: 'Give some of the labels of the alert, as in alertname=DiskFilling.',
  },
  'bad-until': {
    kind: 'invalid',
    says: (d: { days: number }) => `A silence ends at a time to come, within ${d.days} days.`,
    remedy: 'Give an RFC 3339 time, as in 2026-11-26T08:00:00-05:00.',
  },
  'too-many': {
    kind: 'conflict',
    says: (d: { most: number }) => `${d.most} silences count already.`,
    remedy: 'End some of them first.',
  },
  'bad-webhook': {
    kind: 'invalid',
    says: (d: { what: string }) => `What was sent is not what Alertmanager sends: ${d.what}.`,
    remedy: 'Send from Alertmanager 0.25 or later, by a webhook_config.',
  },
})
