/** Load by Debian's wrk: a generator that costs so little that both cores are left to what is measured. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { benchFaults } from '../faults.ts'
import type { Measured } from '../work.ts'

const run = promisify(execFile)

export interface Load {
  readonly what: string
  readonly server: string
  readonly token?: string
  /** A file of paths to GET, or of bodies to POST to `path`; one a line. */
  readonly file: string
  readonly path?: string
}

const SECONDS = 3
const CONNECTIONS = 32

/** Sends random lines of the file for some seconds. Throws `bench/refused` when an answer is no success. */
export async function wrk({ what, server, token = '', file, path }: Load): Promise<Measured> {
  const script = join(import.meta.dirname, 'requests.lua')
  const args = path === undefined ? ['GET', '/'] : ['POST', path]
  const { stdout } = await run('wrk', [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${SECONDS}s`,
    '-s',
    script,
    server,
    '--',
    ...args,
    file,
    token,
  ])
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '{}') as Record<string, number>
  const { requests = 0, microseconds = 1, p50 = 0, p99 = 0, failed = 0 } = result
  if (failed > 0 || requests === 0) throw benchFaults.refused({ what, count: failed })
  return { perSecond: requests / (microseconds / 1e6), p50, p99 }
}

/** Writes `lines` for wrk; gives the file. */
export function linesFile(home: string, name: string, lines: readonly string[]): string {
  const file = join(home, `${name}.lines`)
  writeFileSync(file, lines.join('\n'))
  return file
}
