import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { forgetAnswers } from '#record'

const HOUR_MS = 3_600_000

/** Forgets old answers, now and every hour, until it is disposed. */
export function forgetHourly({ db, days, log }: { db: Database; days: number; log: Log }): AsyncDisposable {
  const forget = () =>
    forgetAnswers(db, days).then(
      (count) => log.debug({ count }, 'old answers were forgotten'),
      (error: unknown) => log.warn({ err: error }, 'old answers could not be forgotten; it is tried again in an hour'),
    )
  let underWay = forget()
  const timer = setInterval(() => {
    underWay = underWay.then(forget)
  }, HOUR_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
