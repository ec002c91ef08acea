/**
 * SQL as text and values, never mixed: whatever stands in `${}` becomes a parameter, a fragment or a quoted name.
 *
 * A statement is a value: it can be printed, compared and tested without a database.
 */

/** A piece of SQL with its parameters. `Row` is the shape of each row it gives. */
export class Sql<Row = unknown> {
  /** The text between the parameters: always one piece more than there are values. */
  readonly pieces: readonly string[]
  readonly values: readonly unknown[]
  declare readonly row: Row
  #text: string | undefined

  constructor(pieces: readonly string[], values: readonly unknown[], text?: string) {
    this.pieces = pieces
    this.values = values
    this.#text = text
  }

  /** The text with `$1`, `$2` … as PostgreSQL wants it. */
  get text(): string {
    this.#text ??= this.pieces.reduce((text, piece, index) => `${text}$${index}${piece}`)
    return this.#text
  }

  /** The same statement with other values: for statements that are made over and over, so that their text is made once. */
  with(values: readonly unknown[]): Sql<Row> {
    return new Sql<Row>(this.pieces, values, this.text)
  }
}

class Builder {
  readonly pieces = ['']
  readonly values: unknown[] = []

  text(text: string): void {
    this.pieces[this.pieces.length - 1] += text
  }

  add(given: unknown): void {
    if (!(given instanceof Sql)) {
      this.values.push(given)
      this.pieces.push('')
      return
    }
    this.text(given.pieces[0] as string)
    given.values.forEach((value, index) => {
      this.values.push(value)
      this.pieces.push(given.pieces[index + 1] as string)
    })
  }

  done<Row>(): Sql<Row> {
    return new Sql<Row>(this.pieces, this.values)
  }
}

/** Writes a statement or fragment: nested `Sql` is spliced in, everything else is a parameter. */
export function sql<Row = unknown>(pieces: TemplateStringsArray, ...given: readonly unknown[]): Sql<Row> {
  const built = new Builder()
  pieces.forEach((piece, index) => {
    if (index > 0) built.add(given[index - 1])
    built.text(piece)
  })
  return built.done()
}

/** A quoted identifier, each part by itself: `name('fhir', 'Patient')` is `"fhir"."Patient"`. */
export const name = (...parts: readonly string[]): Sql =>
  new Sql([parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')], [])

/** A whole number written into the text, where a parameter would hide it from the planner (LIMIT). */
export function literal(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new TypeError('only whole numbers are written into SQL')
  return new Sql([String(number)], [])
}

/** Fragments side by side, with `separator` between them. */
export function join(fragments: readonly Sql[], separator: string): Sql {
  const built = new Builder()
  fragments.forEach((fragment, index) => {
    if (index > 0) built.text(separator)
    built.add(fragment)
  })
  return built.done()
}

/** `fragment` with columns of the row `row` in the places of its parameters, which all must be text. */
export const filledIn = (fragment: Sql, row: string, columns: readonly string[]): Sql =>
  new Sql([fragment.pieces.reduce((before, piece, index) => `${before}"${row}"."${columns[index - 1]}"${piece}`)], [])
