/** One look at what a plane exposes, as samples with the labels by which Prometheus would have them. */
import { type Labels, readExposition, type Sample } from '#promql'

export interface Target {
  /** As in `hospital`. */
  readonly job: string
  /** Host and port. */
  readonly instance: string
  /** Gives its metrics as text. Takes its time, within bounds of its own; rejects when it does not answer. */
  read(): Promise<string>
}

export interface Scraped {
  readonly target: Target
  readonly samples: readonly Sample[]
  /** How many there were beyond `most`. */
  readonly dropped: number
  readonly failure?: unknown
}

/** Longer than this no series is kept: labels are names of routes and the like. */
const LONGEST_LABELS = 1_000

/** Never rejects: a target that does not answer is `up 0`, and the samples that it had end. */
export async function scrape(target: Target, wanted: ReadonlySet<string>, most: number): Promise<Scraped> {
  const own: Labels = { job: target.job, instance: target.instance }
  const up = (value: number): Sample => ({ labels: { __name__: 'up', ...own }, value })
  try {
    const found = readExposition(await target.read(), (metric) => wanted.has(metric))
      .map(({ labels, value }) => ({ labels: { ...labels, ...own }, value }))
      .filter(({ labels }) => lengthOf(labels) <= LONGEST_LABELS)
    const samples = [up(1), ...found.slice(0, most)]
    return { target, samples, dropped: Math.max(0, found.length - most) }
  } catch (failure) {
    return { target, samples: [up(0)], dropped: 0, failure }
  }
}

const lengthOf = (labels: Labels): number =>
  Object.entries(labels).reduce((length, [name, value]) => length + name.length + value.length, 0)
