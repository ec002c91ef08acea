/**
 * The text in which metrics are exposed. https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * What can't be read is left out: one metric that is written wrongly must not blind us to the others.
 */
import type { Sample } from './evaluate.ts'

const NAME = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)[ \t]*/gy
const UNESCAPED: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** Samples of the metrics that are wanted, in their order. */
export function readExposition(text: string, wanted: (metric: string) => boolean): Sample[] {
  const found: Sample[] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? undefined : end)
    from = end < 0 ? text.length : end + 1
    if (line === '' || line.startsWith('#') || !wanted(nameIn(line))) continue
    const [, metric = '', labels = '', number = ''] = NAME.exec(line) ?? []
    const value = numberIn(number)
    const own = labelsIn(labels)
    if (metric === '' || own === undefined || Number.isNaN(value)) continue
    found.push({ labels: { __name__: metric, ...own }, value })
  }
  return found
}

const nameIn = (line: string): string => line.slice(0, Math.max(0, line.search(/[{ \t]/)))

function labelsIn(text: string): Record<string, string> | undefined {
  const found: Record<string, string> = {}
  let read = 0
  LABEL.lastIndex = 0
  for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text)) {
    const [whole, name = '', value = ''] = match
    read += whole.length
    // A label without a value is none.
    if (value !== '') found[name] = value.replace(/\\[n"\\]/g, (escaped) => UNESCAPED[escaped] ?? escaped)
  }
  return read === text.length ? found : undefined
}

function numberIn(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  return text === '' ? Number.NaN : Number(text)
}
