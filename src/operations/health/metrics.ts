/** What the probes tell as numbers. */
import { metric } from '#foundation/metric.ts'

const labels = { probe: 'name of a probe, as in `machine:disk`' }

export const HEALTH_METRICS = {
  availability: metric({
    name: 'omnicare_sla_availability_percentage',
    type: 'gauge',
    help: 'Which part of the last 30 days, in percent, the hospital could be worked with; of the time in which operations looked.',
    moves: 'A hospital that does not say within three seconds that it is ready. Asked every five seconds.',
  }),
  up: metric({
    name: 'omnicare_hospital_up',
    type: 'gauge',
    help: '1 when the hospital was ready the last time that operations asked, else 0.',
    moves: 'A hospital that does not say within three seconds that it is ready, or has ended.',
  }),
  failed: metric({
    name: 'omnicare_probe_failed',
    type: 'gauge',
    help: '1 while the probe fails.',
    moves: 'What the probe asks for.',
    labels,
  }),
  warned: metric({
    name: 'omnicare_probe_warned',
    type: 'gauge',
    help: '1 while the probe warns.',
    moves: 'What the probe asks for.',
    labels,
  }),
  duration: metric({
    name: 'omnicare_probe_duration_seconds',
    type: 'gauge',
    help: 'How long the last answer of the probe took.',
    moves: 'Whoever is asked and is slow.',
    labels,
  }),
}
