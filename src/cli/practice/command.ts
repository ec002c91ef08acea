import { systemClock } from '#foundation/clock.ts'
import { practiceBundles } from '#practice'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { load } from '../import/load.ts'
import { practiceUnits } from './load.ts'

/** `omnicare practice patients` */
export const practiceCommand: Command = {
  options: {
    count: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    today: { type: 'string' },
    load: { type: 'boolean' },
  },
  async run({ options }, context) {
    const whole = (name: 'count' | 'seed', most: number): number => {
      const value = Number(options[name])
      if (!Number.isInteger(value) || value < 0 || value > most)
        throw cliFaults['bad-options']({ why: `--${name} takes a whole number up to ${most}` })
      return value
    }
    const practice = { count: whole('count', 10_000_000), seed: whole('seed', 1_000_000), today: dayIn(options.today) }
    if (options.load !== true) {
      for (const bundle of practiceBundles(practice)) context.out(JSON.stringify(bundle))
      return 0
    }
    const account = await load(
      practiceUnits(practice),
      { url: context.url, token: context.token() },
      1,
      () => undefined,
    )
    const total = [...account.loaded.values()].reduce((sum, count) => sum + count, 0)
    context.out(
      `${total} resources of ${practice.count} patients loaded, ${account.there} bundles were there already, ${account.refused.length} refused`,
    )
    return account.refused.length > 0 ? 1 : 0
  },
}

function dayIn(given: string | boolean | undefined): Temporal.PlainDate {
  if (typeof given !== 'string') return systemClock().toZonedDateTimeISO('UTC').toPlainDate()
  if (!/^\d{4}-\d\d-\d\d$/.test(given))
    throw cliFaults['bad-options']({ why: '--today takes a date such as 2026-01-31' })
  try {
    return Temporal.PlainDate.from(given)
  } catch {
    throw cliFaults['bad-options']({ why: '--today takes a day that exists' })
  }
}
