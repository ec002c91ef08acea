/** Who listens to what a resource can be found by. `code` is the search parameter's. */
export interface IndexWriter {
  /** A coding, code, identifier or boolean; `system` and `value` as far as they are given. */
  token(code: string, system: string | undefined, value: string | undefined): void
  /** `type` and `id` when the reference tells them; `url` as written. */
  reference(code: string, type: string | undefined, id: string | undefined, url: string): void
  /** A reference by identifier, for `:identifier`. */
  identifier(code: string, system: string | undefined, value: string | undefined): void
  /** As written: folding is the writer's. */
  string(code: string, value: string): void
  uri(code: string, value: string): void
  /** Milliseconds since the epoch, [low, high); infinite where a period is open. */
  date(code: string, low: number, high: number): void
  number(code: string, low: number, high: number): void
}
