import { metric } from '#foundation/metric.ts'

export const SAMPLE_METRICS = {
  dropped: metric({
    name: 'omnicare_samples_dropped_total',
    type: 'counter',
    help: 'Samples that were scraped and not kept: there were too many of one target.',
    moves: 'Each beyond 5,000 of one scrape.',
  }),
  series: metric({
    name: 'omnicare_samples_series',
    type: 'gauge',
    help: 'Series whose newest samples are in memory, for alert rules.',
    moves: 'Routes and statuses that come into use. Counted every ten minutes.',
  }),
}
