/** Settings of how operations watches. */
import { type Setting, wholeNumber } from '#foundation/setting.ts'

export const WATCH_SETTINGS = {
  scrapeSeconds: {
    env: 'OMNICARE_SCRAPE_SECONDS',
    means:
      'How often operations looks at the metrics of both planes, keeps samples for its charts, and judges by its alert rules. 0: it does not, because a Prometheus does.',
    unit: 'seconds',
    fallback: 15,
    ...wholeNumber(0, 60),
  },
  alertsHoldPercent: {
    env: 'OMNICARE_ALERTS_HOLD_PERCENT',
    means:
      'How much of the time that an alert rule wants its condition to hold is waited for. Less than 100 only for drills: then alerts fire sooner than declared.',
    unit: 'percent',
    fallback: 100,
    ...wholeNumber(0, 100),
  },
} satisfies Record<string, Setting<unknown>>
