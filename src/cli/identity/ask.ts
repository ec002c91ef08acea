/** Asking operations about accounts, sessions and keys. */
import { askOperations } from '../ask.ts'
import type { Context } from '../command.ts'

export const ask = async <T>(context: Context, path: string, body?: object): Promise<T> =>
  (await askOperations(context, `identity/${path}`, body)).json() as Promise<T>

/** A name as a part of an address. */
export const part = (name: string): string => encodeURIComponent(name)

/** A list as options take it: by commas or spaces. */
export const wordsIn = (given: string | boolean | undefined): string[] =>
  String(given ?? '')
    .split(/[ ,]+/)
    .filter(Boolean)

/** Columns side by side, as wide as they must be. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join('  ')
      .trimEnd(),
  )
}
