/** Samples in the control database: every scrape for hours, one of each five minutes for thirty days. */
import { fromBytea } from '#foundation/bytea.ts'
import type { Database } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { keyOf, type Labels, type Memory, type Sample } from '#promql'
import { pack, unpack } from './pack.ts'
import {
  addScrape,
  allSeries,
  forgetScrapes,
  forgetSeries,
  noteSeries,
  scrapesBetween,
  seeSeries,
} from './statements/samples.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const FINE_HOURS = 6
export const COARSE_SECONDS = 300
export const COARSE_DAYS = 30
/** More are not known at a time: 50 routes with all that they can answer are a tenth of that. */
const MOST_SERIES = 20_000

interface Known {
  readonly labels: Labels
  readonly key: string
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** Of every so many scrapes only one; 1 when absent. */
  readonly each?: number
  /** One of each five minutes, instead of every scrape of the last hours. */
  readonly coarse: boolean
}

export interface Store {
  /** `everySeconds`: how far scrapes are apart. */
  add(atMs: number, job: string, samples: readonly Sample[]): Promise<void>
  /** Reads what was kept into `memory`, of the series for which `wanted` says so. */
  read(span: Span, wanted: (labels: Labels) => boolean, memory: Memory): Promise<void>
  forget(nowMs: number): Promise<void>
}

export function openStore(control: Database, everySeconds: number): Store {
  const ids = new Map<string, number>()
  const known = new Map<number, Known>()
  const coarse = new Map<string, number>()
  const seen = { day: -1, ids: new Set<number>() }

  const learn = async () => {
    for (const { id, key, labels } of await control.rows(allSeries(MOST_SERIES))) {
      ids.set(key, id)
      known.set(id, { key, labels: JSON.parse(labels) as Labels })
    }
  }
  const number = async (samples: readonly Sample[], keys: readonly string[], nowMs: number) => {
    const unknown = samples.flatMap(({ labels }, index) => {
      const key = keys[index] as string
      return ids.has(key) ? [] : [{ key, labels }]
    })
    if (unknown.length === 0 || ids.size > MOST_SERIES) return
    const texts = unknown.map(({ labels }) => JSON.stringify(labels))
    const found = await control.rows(
      noteSeries(
        unknown.map(({ key }) => key),
        texts,
        at(nowMs),
      ),
    )
    const labelsOf = new Map(unknown.map(({ key, labels }) => [key, labels]))
    for (const { id, key } of found) {
      ids.set(key, id)
      known.set(id, { key, labels: labelsOf.get(key) as Labels })
    }
  }
  /** What is seen is remembered once a day: then what nobody has seen for longer than samples are kept can go. */
  const see = async (nowMs: number) => {
    const day = Math.floor(nowMs / DAY_MS)
    if (seen.day !== day && seen.ids.size > 0) {
      await control.rows(seeSeries([...seen.ids], at(nowMs)))
      seen.ids.clear()
      seen.day = day
    }
  }

  return {
    async add(atMs, job, samples) {
      const keys = samples.map(({ labels }) => keyOf(labels))
      await number(samples, keys, atMs)
      const numbered = samples.flatMap(({ value }, index) => {
        const id = ids.get(keys[index] as string)
        return id === undefined ? [] : [[id, value] as const]
      })
      for (const [id] of numbered) seen.ids.add(id)
      const slot = Math.floor(atMs / 1000 / COARSE_SECONDS)
      const isCoarse = coarse.get(job) !== slot
      await control.append(addScrape(at(atMs), job, isCoarse, pack(numbered)))
      coarse.set(job, slot)
      await see(atMs)
    },
    async read({ fromMs, toMs, each = 1, coarse: isCoarse }, wanted, memory) {
      const seconds = isCoarse ? COARSE_SECONDS : everySeconds
      const rows = await control.rows(scrapesBetween(isCoarse, at(fromMs), at(toMs), seconds, each))
      const wants = new Map<number, boolean>()
      const before = new Map<string, ReadonlySet<number>>()
      let learned = false
      for (const row of rows) {
        const atMs = Temporal.Instant.from(row.at).epochMilliseconds
        const { ids: there, values } = unpack(fromBytea(row.content))
        if (!learned && there.some((id) => !known.has(id))) {
          await learn()
          learned = true
        }
        const own = new Set<number>()
        there.forEach((id, index) => {
          const series = known.get(id)
          if (series === undefined) return
          let want = wants.get(id)
          if (want === undefined) {
            want = wanted(series.labels)
            wants.set(id, want)
          }
          if (!want) return
          own.add(id)
          memory.add(series.labels, series.key, atMs, values[index] as number)
        })
        // What a scrape no longer has has ended.
        for (const id of before.get(row.target) ?? [])
          if (!own.has(id)) memory.end((known.get(id) as Known).labels, (known.get(id) as Known).key, atMs)
        before.set(row.target, own)
      }
    },
    async forget(nowMs) {
      await control.rows(forgetScrapes(at(nowMs - FINE_HOURS * HOUR_MS), at(nowMs - COARSE_DAYS * DAY_MS)))
      await control.rows(forgetSeries(at(nowMs - (COARSE_DAYS + 2) * DAY_MS)))
      if (ids.size <= MOST_SERIES) return
      ids.clear()
      known.clear()
    },
  }
}
