/**
 * Metrics as data: name, type, labels and what moves them in one place. docs/metrics.md is printed from these declarations.
 *
 * Invariant: a label has few values, all of them ours. What a caller chose, an address, a name or an id, is never one.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { Copies } from './merge-metrics.ts'

export interface Metric<Label extends string = string> {
  /** Permanent: rules and dashboards refer to it. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence, which is sent with every scrape. */
  readonly help: string
  /** What makes it move, for whoever reads the page. */
  readonly moves: string
  /** Each with the values that it can have. */
  readonly labels?: Readonly<Record<Label, string>>
  /** How what several copies of one process say becomes one; `sum` when absent. */
  readonly copies?: Copies
}

/** Declares a metric. */
export const metric = <const Label extends string = never>(declared: Metric<Label>): Metric<Label> => declared

const configOf = <Label extends string>(metrics: Registry, { name, help, labels, copies }: Metric<Label>) => ({
  name,
  help,
  labelNames: Object.keys(labels ?? {}) as Label[],
  registers: [metrics],
  ...(copies !== undefined && { aggregator: copies }),
})

/** The declared counter in `metrics`: the one that is there, where another room has opened it. */
export const counterIn = <Label extends string>(metrics: Registry, declared: Metric<Label>): Counter<Label> =>
  (metrics.getSingleMetric(declared.name) as Counter<Label> | undefined) ?? new Counter(configOf(metrics, declared))

/** `collect` sets it whenever somebody asks; it must be cheap, and wait for nothing. */
export const gaugeIn = <Label extends string>(
  metrics: Registry,
  declared: Metric<Label>,
  collect?: (gauge: Gauge<Label>) => void,
): Gauge<Label> =>
  new Gauge({
    ...configOf(metrics, declared),
    ...(collect !== undefined && {
      collect() {
        collect(this)
      },
    }),
  })

/** A value under its labels. */
export interface Sample {
  /** What follows the name, as `_bucket`. */
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  /** The line up to its value, where somebody keeps that; else it is made anew each time. */
  readonly printed?: string
  readonly value: number
}

/** A metric whose numbers are kept elsewhere, and read whenever somebody asks. */
export function readIn(metrics: Registry, declared: Metric, read: () => readonly Sample[]): void {
  const { name, type, help, copies = 'sum' } = declared
  const get = async () => ({
    name,
    type,
    help,
    aggregator: copies,
    values: read().map(({ suffix = '', labels = {}, value }) => ({ metricName: name + suffix, labels, value })),
  })
  const print = () => {
    let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}`
    for (const sample of read()) text += `\n${sample.printed ?? printSample(name, sample)} ${sample.value}`
    return text
  }
  metrics.registerMetric({ name, type, help, aggregator: copies, get, print, reset: () => undefined } as never)
}

/** A line up to its value, as in `http_requests_total{method="GET",endpoint="/health"}`. */
export function printSample(name: string, { suffix = '', labels = {} }: Omit<Sample, 'value'>): string {
  const each = Object.entries(labels).map(([label, value]) => `${label}="${value.replace(/[\\"]/g, '\\$&')}"`)
  return `${name}${suffix}${each.length === 0 ? '' : `{${each.join(',')}}`}`
}

/** One that prints itself: what has thousands of lines must not go through objects of objects for each. */
interface Printing {
  print?(): string
}

/** A registry whose metrics may print themselves. */
export class Metrics extends Registry {
  getMetricsAsString(one: Printing): Promise<string> {
    const printed = one.print?.()
    if (printed !== undefined) return Promise.resolve(printed)
    return (Registry.prototype as unknown as Metrics).getMetricsAsString.call(this, one)
  }
}
