import type { Database } from '#foundation/database.ts'
import { everyHour } from '#foundation/hourly.ts'
import type { Log } from '#foundation/log.ts'
import { forgetAnswers } from '#record'

/** Forgets old answers, now and every hour, until it is disposed. */
export const forgetHourly = ({ db, days, log }: { db: Database; days: number; log: Log }): AsyncDisposable =>
  everyHour(() =>
    forgetAnswers(db, days).then(
      (count) => log.debug({ count }, 'old answers were forgotten'),
      (error: unknown) => log.warn({ err: error }, 'old answers could not be forgotten; it is tried again in an hour'),
    ),
  )
