/** What the probes tell as numbers. */
import { metric } from '#foundation/metric.ts'

const labels = { probe: 'name of a probe, as in `machine:disk`' }

export const HEALTH_METRICS = {
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
