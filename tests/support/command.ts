import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { environment, type Running } from './running.ts'

/** Bytes. Node cuts a program's output at one MiB otherwise, and a quick machine seals more than that. */
const MOST_OUTPUT = 256 * 1024 * 1024
const PROGRAM = join(import.meta.dirname, '../../src/omnicare.ts')

/** Runs a command for a running OmniCare. */
export const omnicare = ({ home, run }: Running, ...args: string[]) =>
  new Promise<{ exit: number; out: string; err: string }>((resolve) => {
    const env = {
      ...environment,
      OMNICARE_CONFIG: 'none',
      OMNICARE_HOME: home,
      OMNICARE_OPERATIONS_URL: run().operations,
    }
    execFile(process.execPath, [PROGRAM, ...args], { env, maxBuffer: MOST_OUTPUT }, (error, out, err) =>
      resolve({ exit: error === null ? 0 : Number(error.code), out, err }),
    )
  })
