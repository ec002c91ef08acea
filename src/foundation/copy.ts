/**
 * COPY … FROM STDIN with everything at hand: https://www.postgresql.org/docs/current/sql-copy.html
 *
 * Measured, storing rows this way takes PostgreSQL less than half of what an INSERT of many rows with parameters does.
 * The data is sent right behind the statement, so that it needs no way there and back of its own and works on a pipelined
 * connection; if the statement fails, PostgreSQL ignores data that comes after it.
 */
import pg from 'pg'

/** What pg's connection offers to a query that is being submitted. */
interface Wire {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  readonly stream: { cork(): void; uncork(): void }
}

class CopyIn extends pg.Query {
  readonly #statement: string
  readonly #lines: string

  constructor(statement: string, lines: string, done: (error: unknown) => void) {
    super(Object.assign({ text: statement }, { callback: done }))
    this.#statement = statement
    this.#lines = lines
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire
    wire.stream.cork()
    wire.query(this.#statement)
    wire.sendCopyFromChunk(Buffer.from(this.#lines))
    wire.endCopyFrom()
    wire.stream.uncork()
  }

  /** PostgreSQL is ready for the data, which is on its way already. */
  handleCopyInResponse(): void {}
}

/** Sends `lines`, each made by `copyLine`; resolves when they are stored. */
export const copyIn = (client: pg.ClientBase, statement: string, lines: string): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, lines, (error) => (error ? reject(error) : resolve())))
  })

const ESCAPED = /[\\\n\r\t]/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A row in COPY's text format. Values as PostgreSQL would read them from text; null is NULL. */
export function copyLine(values: readonly unknown[]): string {
  let line = ''
  for (const [index, value] of values.entries()) {
    if (index > 0) line += '\t'
    if (value === null) line += '\\N'
    else {
      const text = String(value)
      line += ESCAPED.test(text) ? text.replace(/[\\\n\r\t]/g, (one) => ESCAPES[one] as string) : text
    }
  }
  return `${line}\n`
}
