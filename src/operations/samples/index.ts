/** Samples of what both planes expose: scraped, kept, and drawn as charts. */
export { type ChartQuestion, chartsOf } from './charts.ts'
export { courseOf } from './course.ts'
export { chartedMetrics, plansOfDashboards } from './dashboards/index.ts'
export { SAMPLE_METRICS } from './metrics.ts'
export { startSampling } from './sampling.ts'
export type { Target } from './scrape.ts'
export { openStore } from './store.ts'
export { type ChartAnswer, REFRESH_SECONDS } from './terms.ts'
