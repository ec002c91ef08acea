/**
 * `run.json` in the home of a running OmniCare: which processes it has and where they answer.
 *
 * It outlives a kill -9, so that the next start finds what was left.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#foundation/fault.ts'
import { commandOf, gone, signal } from '#foundation/process.ts'
import { type Believed, certificatesIn } from '#foundation/tls/calls.ts'

export interface Run {
  /** Process of operations. */
  readonly pid: number
  readonly hospitalPid: number
  /** Addresses, without a final slash. */
  readonly hospital: string
  readonly operations: string
  /** When they speak TLS: the file of the certificate, and PEM of what is served, which need not be what is in the file by now. */
  readonly tls?: { readonly file: string; readonly served: readonly string[] }
}

const fileIn = (home: string): string => join(home, 'run.json')
const runs = (pid: number, program: string): boolean => commandOf(pid)?.includes(program) === true

export function writeRun(home: string, run: Run): void {
  const file = fileIn(home)
  writeFileSync(`${file}.new`, JSON.stringify(run), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Where operations of this home answers; nothing while it doesn't listen yet. `usual`: where it does, run from elsewhere. */
export function operationsIn(home: string, usual: string): string | undefined {
  const run = runIn(home)
  if (run === undefined) return usual
  return run.operations === '' ? undefined : run.operations
}

/** What runs in this home, or did until it was killed. */
export function runIn(home: string): Run | undefined {
  const file = fileIn(home)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : undefined
}

/** The certificates of a run, those that its file holds by now too; nothing when it speaks plain HTTP. */
export function believedIn(run: Run | undefined): Believed | undefined {
  if (run?.tls === undefined) return undefined
  const { file, served } = run.tls
  const inFile = certificatesIn(file)
  return () => [...new Set([...served, ...inFile()])]
}

export const removeRun = (home: string): void => rmSync(fileIn(home), { force: true })

/**
 * Ends the hospital of a run whose operations were killed, giving it `graceSeconds` to finish what it accepted. Throws
 * when operations still run there.
 */
export async function endFormerRun(home: string, graceSeconds: number): Promise<void> {
  const file = fileIn(home)
  if (!existsSync(file)) return
  const { pid, hospitalPid, operations } = JSON.parse(readFileSync(file, 'utf8')) as Run
  if (pid !== process.pid && runs(pid, 'operate.ts'))
    throw new Fault(
      'invalid',
      'operations/already-running',
      `OmniCare already runs in ${home}: process ${pid}, ${operations}/health.`,
      'Use that one, stop it, or give this one another OMNICARE_HOME.',
    )
  const hospitalRuns = () => runs(hospitalPid, 'serve.ts')
  if (hospitalRuns()) {
    signal(hospitalPid, 'SIGTERM')
    if (!(await gone(hospitalRuns, graceSeconds * 1000))) signal(hospitalPid, 'SIGKILL')
    await gone(hospitalRuns, graceSeconds * 1000)
  }
  rmSync(file, { force: true })
}
