/** The words of capacity, shared with every door. Imports nothing; the web app may import it. */

export const RESOURCES = ['processes', 'connections', 'memory', 'disk'] as const
export type Resource = (typeof RESOURCES)[number]

export interface Recommendation {
  readonly resource: Resource
  /** `grow` and `soon` are findings. */
  readonly verdict: 'enough' | 'soon' | 'grow' | 'less'
  /** In `unit`. */
  readonly now: number
  readonly recommended: number
  readonly unit: 'processes' | 'connections' | 'bytes'
  /** What was measured, in a sentence. */
  readonly because: string
  /** Setting, command or order, exactly. */
  readonly next: string
  /** Days until it is used up at the present trend; absent when it isn't growing, or the trend isn't known yet. */
  readonly daysLeft?: number
}

/** The answer of `GET /api/operations/capacity`. */
export interface CapacityReport {
  /** RFC 3339. */
  readonly made: string
  readonly well: boolean
  /** Days of samples that the trend was read from; 0 when there are none yet. */
  readonly trendDays: number
  readonly recommendations: readonly Recommendation[]
}
