import type { Contest, Measured } from './work.ts'

export interface Result {
  readonly name: string
  /** Medians over the rounds. */
  readonly ours: number
  readonly floor: number
  /** The median of the rounds' own ratios, which suffer less from a machine that is busy now and then. */
  readonly ratio: number
  readonly p50: number | null
  readonly p99: number | null
  readonly floorP50: number | null
  readonly floorP99: number | null
}

/** After one turn the hospital still answers a tenth fewer than after two: there is more of it to compile. */
const WARM_UP_TURNS = 2

/** Measures both in turns, the other one first each time, after turns that warm up and are not counted. */
export async function rounds(name: string, contest: Contest, turns: number): Promise<Result> {
  const ours: Measured[] = []
  const floor: Measured[] = []
  for (let turn = 0; turn < WARM_UP_TURNS + turns; turn++) {
    const order = turn % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)
    for (const who of order) {
      const measured = await contest[who]()
      if (turn >= WARM_UP_TURNS) (who === 'ours' ? ours : floor).push(measured)
    }
  }
  return {
    name,
    ours: median(ours.map(({ perSecond }) => perSecond)),
    floor: median(floor.map(({ perSecond }) => perSecond)),
    ratio: median(ours.map(({ perSecond }, turn) => perSecond / (floor[turn] as Measured).perSecond)),
    p50: medianIfTimed(ours.map(({ p50 }) => p50)),
    p99: medianIfTimed(ours.map(({ p99 }) => p99)),
    floorP50: medianIfTimed(floor.map(({ p50 }) => p50)),
    floorP99: medianIfTimed(floor.map(({ p99 }) => p99)),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

const medianIfTimed = (values: readonly (number | null)[]): number | null =>
  values.some((one) => one === null) ? null : median(values as number[])
