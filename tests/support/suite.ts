import { after } from 'node:test'

/** What is told how to end that which was started: a test's own `t`, or a suite. */
export type After = { readonly after: (release: () => void | Promise<void>) => void }

/**
 * Stands for `t` where all tests of a file or of a `describe` share what is started, and ends it after the last of them.
 * To be called in the suite's body: an `after` within `before` would be that hook's own.
 */
export const ofSuite = (): After => newestFirst({ after })

/** Ends what was started last first, where `t` ends it in the order in which it was started. */
export function newestFirst(t: After): After {
  const house = new AsyncDisposableStack()
  t.after(() => house.disposeAsync())
  return { after: (release) => house.defer(async () => release()) }
}
