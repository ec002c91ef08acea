/** How one series went over days, from what is kept for long. */
import { isSelected, openMemory, type Select } from '#promql'
import type { Store } from './store.ts'

interface Point {
  readonly atMs: number
  readonly value: number
}

const DAY_MS = 86_400_000
/** One sample of every three hours: a month of them is two hundred rows of a target. */
const EACH = 36

/** Ascending; of a target that has moved to another address too. */
export async function courseOf(
  selection: Select,
  days: number,
  { store, nowMs }: { readonly store: Pick<Store, 'read'>; readonly nowMs: number },
): Promise<Point[]> {
  const memory = openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })
  const span = { fromMs: nowMs - days * DAY_MS, toMs: nowMs, each: EACH, coarse: true }
  await store.read(span, (labels) => isSelected(selection, labels), memory)
  return [...memory.select(selection)]
    .flatMap(({ times, values }) => times.map((atMs, index) => ({ atMs, value: values[index] as number })))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => a.atMs - b.atMs)
}
