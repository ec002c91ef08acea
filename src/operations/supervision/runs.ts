/** How the hospital has run: what ended by itself is seen in the morning. */
import type { Database } from '#foundation/database.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { runsWithin } from './statements/hospital-run.ts'

export interface Run {
  /** RFC 3339. */
  readonly started: string
  /** Absent while it runs, and when whoever watched it ended without seeing its end. */
  readonly ended?: string
  readonly exitCode?: number
  readonly signal?: string
}

/** Those that began or ended within, the newest first; at most `most`. */
export async function runsOf(
  control: Pick<Database, 'rows'>,
  within: { readonly fromMs: number; readonly toMs: number },
  most: number,
): Promise<Run[]> {
  const rows = await control.rows(runsWithin(at(within.fromMs), at(within.toMs), most))
  return rows.map(({ started, ended, exit_code: exitCode, signal }) => ({
    started: instant(started),
    ...(ended !== null && { ended: instant(ended) }),
    ...(exitCode !== null && { exitCode }),
    ...(signal !== null && { signal }),
  }))
}

/** Nobody asked it to end. */
export const endedByItself = ({ ended, exitCode, signal }: Run): boolean =>
  ended !== undefined && (signal !== undefined || exitCode !== 0)
