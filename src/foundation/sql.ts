/**
 * SQL as text and values, never mixed: whatever stands in `${}` becomes a parameter, a fragment or a quoted name.
 *
 * A statement is a value: it can be printed, compared and tested without a database.
 */

/** A piece of SQL with its parameters. `Row` is the shape of each row it gives. */
export class Sql<Row = unknown> {
  readonly strings: readonly string[]
  readonly values: readonly unknown[]
  declare readonly row: Row

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.strings = strings
    this.values = values
  }

  /** The text with `$1`, `$2` … as PostgreSQL wants it. */
  get text(): string {
    return this.strings.reduce((text, piece, index) => `${text}$${index}${piece}`)
  }
}

/** Writes a statement or fragment: nested `Sql` is spliced in, everything else is a parameter. */
export function sql<Row = unknown>(pieces: TemplateStringsArray, ...given: readonly unknown[]): Sql<Row> {
  const strings = [pieces[0] as string]
  const values: unknown[] = []
  const addText = (text: string) => {
    strings[strings.length - 1] += text
  }
  given.forEach((value, index) => {
    if (value instanceof Sql) {
      value.strings.forEach((text, at) => {
        if (at === 0) return addText(text)
        values.push(value.values[at - 1])
        strings.push(text)
      })
    } else {
      values.push(value)
      strings.push('')
    }
    addText(pieces[index + 1] as string)
  })
  return new Sql<Row>(strings, values)
}

const raw = (text: string): Sql => new Sql([text], [])

/** A quoted identifier, each part by itself: `name('fhir', 'Patient')` is `"fhir"."Patient"`. */
export const name = (...parts: readonly string[]): Sql =>
  raw(parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.'))

/** A whole number written into the text, where a parameter would hide it from the planner (LIMIT). */
export function literal(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new TypeError('only whole numbers are written into SQL')
  return raw(String(number))
}

/** Fragments side by side, with `separator` between them. */
export function join(fragments: readonly Sql[], separator: string): Sql {
  const [first, ...rest] = fragments
  if (first === undefined) return raw('')
  return rest.reduce((joined, next) => sql`${joined}${raw(separator)}${next}`, first)
}

export const nothing: Sql = raw('')
