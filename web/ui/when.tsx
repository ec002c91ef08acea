/** A time as it is said where the browser is. `at`: RFC 3339. */
export function When({ at, none = 'never' }: { readonly at: string | undefined; readonly none?: string }) {
  if (at === undefined) return none
  return (
    <time dateTime={at}>
      {new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(at))}
    </time>
  )
}

/** The same to the second and without the day, for what is being watched. */
export function Clock({ at }: { readonly at: string }) {
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }).format(ms)}>
      {new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(ms)}
    </time>
  )
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long ago that was, or how soon it will be; the time itself stands behind it. Said anew whenever the page is. */
export function Ago({ at }: { readonly at: string }) {
  const ms = Date.parse(at)
  const seconds = (ms - Date.now()) / 1000
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? (['second', 1] as const)
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  return (
    <time dateTime={at} title={new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }).format(ms)}>
      {words.format(Math.round(seconds / size), unit)}
    </time>
  )
}
