import type { Ground } from './ground.ts'

/** What one measurement gives. */
export interface Measured {
  /** Done in a second: requests, or resources. */
  readonly perSecond: number
  /** Milliseconds; null where single requests are not timed. */
  readonly p50: number | null
  readonly p99: number | null
}

/** The two that are measured in turns. */
export interface Contest extends AsyncDisposable {
  ours(): Promise<Measured>
  floor(): Promise<Measured>
}

interface WorkOptions {
  /** Resources in the record. */
  readonly size: number
  /** A folder of transaction bundles to import in place of practice patients. */
  readonly from: string | undefined
  readonly note: (text: string) => void
}

/** Makes ready what is to be measured. */
export type Work = (ground: Ground, options: WorkOptions) => Promise<Contest>
