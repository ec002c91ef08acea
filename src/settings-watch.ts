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
} satisfies Record<string, Setting<unknown>>
