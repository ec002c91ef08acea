import { systemClock } from '#foundation/clock.ts'
import { practiceBundles } from '#practice'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { load } from '../import/load.ts'
import { wholeNumber } from '../options.ts'
import { practiceUnits } from './load.ts'

/** `omnicare practice patients` */
export const practiceCommand: Command = {
  options: {
    count: { type: 'string', takes: 'N', default: '25', means: 'How many patients.' },
    seed: {
      type: 'string',
      takes: 'N',
      default: '1',
      means: 'Another number makes other patients, the same one the same.',
    },
    today: {
      type: 'string',
      takes: 'DATE',
      means: 'The day on which their story ends, as in 2026-01-31; the present day unless given.',
    },
    load: { type: 'boolean', means: 'Loads them into the running hospital instead of printing a bundle a line.' },
  },
  examples: ['practice patients --count 100 --load', 'practice patients --seed 7 --today 2026-11-01 > patients.ndjson'],
  async run({ options }, context) {
    const practice = {
      count: wholeNumber(options, 'count', 0, 10_000_000),
      seed: wholeNumber(options, 'seed', 0, 1_000_000),
      today: dayIn(options.today),
    }
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
