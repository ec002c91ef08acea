const HOUR_MS = 3_600_000

/** Does `work`, which never rejects, now and every hour, one after the other, until it is disposed; then what is under way ends. */
export function everyHour(work: () => Promise<void>): AsyncDisposable {
  let underWay = work()
  const timer = setInterval(() => {
    underWay = underWay.then(work)
  }, HOUR_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
