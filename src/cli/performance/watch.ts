import { setTimeout as delay } from 'node:timers/promises'
import type { PerformanceReport } from '../../operations/performance/index.ts'
import { askOperations } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { wholeNumber } from '../options.ts'

/** The manual's `watch`: what is going on, every few seconds. */
export const performanceWatchCommand: Command = {
  options: {
    every: { type: 'string', takes: 'SECONDS', means: 'How often.', default: '5' },
    times: { type: 'string', takes: 'N', means: 'So often, then it ends; 0: until it is stopped.', default: '0' },
  },
  about: ['Requests, event loop, connections and active statements. A finding (1) when the last look had any.'],
  examples: ['performance watch', 'performance watch --every 1 --times 10'],
  async run({ options }, context) {
    const given = { every: '5', times: '0', ...options }
    const every = wholeNumber(given, 'every', 1, 3_600)
    const times = wholeNumber(given, 'times', 0, 1_000_000)
    let before = await look(context)
    show(before, undefined, context)
    for (let done = 1; times === 0 || done < times; done++) {
      await delay(every * 1_000)
      const now = await look(context)
      show(now, before, context)
      before = now
    }
    return before.well ? 0 : 1
  },
}

const look = async (context: Context): Promise<PerformanceReport> =>
  (await (await askOperations(context, 'performance')).json()) as PerformanceReport

function show(
  { made, hospital, databases, findings }: PerformanceReport,
  before: PerformanceReport | undefined,
  { out }: Context,
): void {
  const seconds = before === undefined ? 0 : (Date.parse(made) - Date.parse(before.made)) / 1_000
  const count = (hospital?.requests ?? 0) - (before?.hospital?.requests ?? 0)
  const rate =
    seconds > 0 && count >= 0
      ? `${(count / seconds).toFixed(1)} requests a second`
      : `${hospital?.requests ?? 0} requests`
  const loop =
    hospital === undefined ? 'the hospital does not answer' : `event loop ${hospital.eventLoop.p99Ms.toFixed(0)} ms`
  const used = databases.map(
    ({ database, connections }) => `${database} ${connections.used}/${connections.most} connections`,
  )
  out(`${made}  ${[rate, loop, ...used, `${findings.length} findings`].join(', ')}`)
  for (const { database, active } of databases)
    for (const { pid, program, state, seconds: since, text } of active)
      out(`  ${database} ${pid} ${program}, ${state} for ${since.toFixed(1)} s: ${text.slice(0, 120)}`)
}
