/**
 * SQL as text and values, never mixed: whatever stands in `${}` becomes a parameter, a fragment or a quoted name.
 *
 * A statement is a value: it can be printed, compared and tested without a database.
 */

/** What statements that differ in their values only have in common. */
class Shape {
  /** The text between the parameters: always one piece more than there are values. */
  readonly pieces: readonly string[]
  #text: string | undefined

  constructor(pieces: readonly string[]) {
    this.pieces = pieces
  }

  /** With `$1`, `$2` … as PostgreSQL wants it. Made when it is sent: most are parts of others. */
  get text(): string {
    this.#text ??= this.pieces.reduce((text, piece, index) => `${text}$${index}${piece}`)
    return this.#text
  }
}

/** A piece of SQL with its parameters. `Row` is the shape of each row it gives. */
export class Sql<Row = unknown> {
  readonly shape: Shape
  readonly values: readonly unknown[]
  declare readonly row: Row

  constructor(shape: Shape, values: readonly unknown[]) {
    this.shape = shape
    this.values = values
  }

  get text(): string {
    return this.shape.text
  }

  /** The same statement with other values. */
  with(values: readonly unknown[]): Sql<Row> {
    return new Sql<Row>(this.shape, values)
  }
}

/** A text without parameters. */
export const fixed = <Row = unknown>(text: string): Sql<Row> => new Sql<Row>(new Shape([text]), [])

/** What is put together from the same pieces and fragments has the same shape, found by going from one to the next. */
interface Known {
  shape?: Shape
  next?: Map<Shape | undefined, Known>
}

/** Whoever searches by many values at once does so with another number of them the next time. */
const LONGEST_KNOWN = 64
/** Searches can be put together in more ways than anybody uses twice: when there are so many, all are forgotten. */
const MOST_KNOWN = 10_000
let byTemplate = new WeakMap<TemplateStringsArray, Known>()
let bySeparator = new Map<string, Known>()
let byText = new Map<string, Sql>()
let known = 0

function remember(): void {
  if (++known < MOST_KNOWN) return
  known = 0
  byTemplate = new WeakMap()
  bySeparator = new Map()
  byText = new Map()
}

/** The entry after `entry` for a fragment of a shape, or for a parameter. */
function after(entry: Known, shape: Shape | undefined): Known {
  entry.next ??= new Map()
  let next = entry.next.get(shape)
  if (next === undefined) {
    next = {}
    entry.next.set(shape, next)
    remember()
  }
  return next
}

interface Entries<Key> {
  get(key: Key): Known | undefined
  set(key: Key, entry: Known): unknown
}

function entryOf<Key>(map: Entries<Key>, key: Key): Known {
  let entry = map.get(key)
  if (entry === undefined) {
    entry = {}
    map.set(key, entry)
  }
  return entry
}

/** Puts together what `given` has between the texts that `piece` gives. Shapes are made once: this is done for each request. */
function put<Row>(first: Known, given: readonly unknown[], piece: (index: number) => string): Sql<Row> {
  const values: unknown[] = []
  let entry: Known | undefined = first
  for (const one of given) {
    const shape: Shape | undefined = one instanceof Sql ? one.shape : undefined
    if (one instanceof Sql) for (const value of one.values) values.push(value)
    else values.push(one)
    if (entry !== undefined) entry = values.length > LONGEST_KNOWN ? undefined : after(entry, shape)
  }
  const shape = entry?.shape ?? new Shape(piecesOf(given, piece))
  if (entry !== undefined) entry.shape = shape
  return new Sql<Row>(shape, values)
}

function piecesOf(given: readonly unknown[], piece: (index: number) => string): string[] {
  const pieces = [piece(0)]
  const add = (text: string) => {
    pieces[pieces.length - 1] += text
  }
  given.forEach((one, index) => {
    if (one instanceof Sql) {
      const [opening = '', ...others] = one.shape.pieces
      add(opening)
      pieces.push(...others)
    } else pieces.push('')
    add(piece(index + 1))
  })
  return pieces
}

/** Writes a statement or fragment: nested `Sql` is spliced in, everything else is a parameter. */
export const sql = <Row = unknown>(pieces: TemplateStringsArray, ...given: readonly unknown[]): Sql<Row> =>
  put(entryOf(byTemplate, pieces), given, (index) => pieces[index] as string)

/** Fragments side by side, with `separator` between them. */
export const join = (fragments: readonly Sql[], separator: string): Sql =>
  put(entryOf(bySeparator, separator), fragments, (index) =>
    index === 0 || index === fragments.length ? '' : separator,
  )

/** A quoted identifier, each part by itself: `name('fhir', 'Patient')` is `"fhir"."Patient"`. */
export function name(...parts: readonly string[]): Sql {
  const text = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
  return kept(text)
}

/** A whole number written into the text, where a parameter would hide it from the planner (LIMIT). */
export function literal(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new TypeError('only whole numbers are written into SQL')
  return kept(String(number))
}

/** The same for the same text, so that what it becomes a part of has the same shape. */
function kept(text: string): Sql {
  let one = byText.get(text)
  if (one === undefined) {
    one = fixed(text)
    byText.set(text, one)
    remember()
  }
  return one
}

/** `fragment` with columns of the row `row` in the places of its parameters, which all must be text. */
export const filledIn = ({ shape }: Sql, row: string, columns: readonly string[]): Sql =>
  fixed(shape.pieces.reduce((before, piece, index) => `${before}"${row}"."${columns[index - 1]}"${piece}`))
