/** Metrics of several processes, as each has printed them, made into those of one. Text format 0.0.4 of Prometheus. */

/** How the values that processes have under one name and labels become one; `omit`: they don't, and the metric is left out. */
export type Copies = 'sum' | 'max' | 'min' | 'average' | 'first' | 'omit'

interface Family {
  /** `# HELP` and `# TYPE`. */
  readonly head: string[]
  readonly copies: Copies
  readonly values: Map<string, Value>
}

interface Value {
  value: number
  of: number
}

const TOGETHER: Readonly<Record<Exclude<Copies, 'omit'>, (one: number, other: number) => number>> = {
  sum: (one, other) => one + other,
  average: (one, other) => one + other,
  max: Math.max,
  min: Math.min,
  first: (one) => one,
}

/** @param copiesOf by the name of a metric */
export function mergeMetrics(texts: readonly string[], copiesOf: (name: string) => Copies): string {
  const families = new Map<string, Family>()
  for (const text of texts) takeIn(families, text, copiesOf)
  let merged = ''
  for (const { head, copies, values } of families.values()) {
    if (copies === 'omit') continue
    for (const line of head) merged += `${line}\n`
    for (const [key, { value, of }] of values) merged += `${key} ${copies === 'average' ? value / of : value}\n`
    merged += '\n'
  }
  return merged
}

const HEAD = /^# (?:HELP|TYPE) (\S+)/

function takeIn(families: Map<string, Family>, text: string, copiesOf: (name: string) => Copies): void {
  let family: Family | undefined
  /** Whether the processes before have brought its head. */
  let isNew = false
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) {
      const name = HEAD.exec(line)?.[1] ?? ''
      const known = families.get(name)
      // A metric has two lines of head; the second finds what the first has made.
      isNew = known === undefined || (isNew && known === family)
      family = known ?? { head: [], copies: copiesOf(name), values: new Map() }
      families.set(name, family)
      if (isNew) family.head.push(line)
    } else if (line !== '' && family !== undefined && family.copies !== 'omit') {
      const end = line.lastIndexOf(' ')
      const key = line.slice(0, end)
      const value = Number(line.slice(end + 1))
      const kept = family.values.get(key)
      if (kept === undefined) family.values.set(key, { value, of: 1 })
      else {
        kept.value = TOGETHER[family.copies](kept.value, value)
        kept.of++
      }
    }
  }
}
