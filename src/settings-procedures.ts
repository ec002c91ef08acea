/** Settings of the daily procedures. */
import { type Setting, text } from '#foundation/setting.ts'
import { timeZone } from './setting-kinds.ts'

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const time = text('a time of the day such as 08:00', new RegExp(`^${TIME}$`))
const TIMES = 'times of the day separated by commas, such as 09:00,17:00'

export const PROCEDURE_SETTINGS = {
  scheduleZone: {
    env: 'OMNICARE_SCHEDULE_ZONE',
    means:
      'Time zone of the clock by which daily procedures are due, as IANA names it. They keep their time of the day when daylight saving begins or ends.',
    fallback: 'America/New_York',
    ...timeZone,
  } as Setting<string>,
  morningCheck: {
    env: 'OMNICARE_MORNING_CHECK',
    means: 'When the morning health check is due.',
    fallback: '08:00',
    ...time,
  } as Setting<string>,
  shiftChanges: {
    env: 'OMNICARE_SHIFT_CHANGES',
    means: 'When one shift hands over to the next.',
    fallback: ['09:00', '17:00'],
    fallbackSays: '`09:00,17:00`',
    form: TIMES,
    parse(given) {
      const times = given.split(',').map((one) => one.trim())
      const isRight = times.every((one) => new RegExp(`^${TIME}$`).test(one)) && new Set(times).size === times.length
      if (!isRight || times.length > 6) throw new Error(`must be up to six ${TIMES}`)
      return times
    },
  } as Setting<readonly string[]>,
  endOfDay: {
    env: 'OMNICARE_END_OF_DAY',
    means: 'When the procedures of the end of the day are due.',
    fallback: '17:00',
    ...time,
  } as Setting<string>,
} satisfies Record<string, Setting<unknown>>
