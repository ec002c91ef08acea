/** A time as it is said where the browser is. `at`: RFC 3339. */
export function When({ at, none = 'never' }: { readonly at: string | undefined; readonly none?: string }) {
  if (at === undefined) return none
  return (
    <time dateTime={at}>
      {new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(at))}
    </time>
  )
}
