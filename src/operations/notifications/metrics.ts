/** What the outbox tells of itself, where anything is mailed. */
import { metric } from '#foundation/metric.ts'

export const NOTIFICATION_METRICS = {
  total: metric({
    name: 'notifications_total',
    type: 'counter',
    help: 'Tries to deliver what waits in the outbox, by channel and outcome: sent, failed (tried again), dead (given up); full: not taken in.',
    moves: 'Every try to deliver a mail.',
    labels: { channel: '`mail`', outcome: '`sent`, `failed`, `dead`, `full`' },
  }),
  waiting: metric({
    name: 'notifications_waiting',
    type: 'gauge',
    help: 'Notices in the outbox, by state: waiting, dead (given up within 90 days).',
    moves: 'Mails that nobody takes. Counted every 15 seconds.',
    labels: { state: '`waiting`, `dead`' },
  }),
  oldest: metric({
    name: 'notifications_oldest_waiting_seconds',
    type: 'gauge',
    help: 'How long the oldest notice has waited that is not delivered.',
    moves: 'Grows while mail can not be delivered. Counted every 15 seconds.',
  }),
}
