/** Puts what scrapes give into memory, and says of each series that is no longer there that it has ended. */
import { keyOf, type Labels, type Memory, type Sample } from '#promql'

/** Gives for each scrape of a job what is to be remembered of it; of a job that is no longer scraped: no samples. */
export function openTaking(memory: Pick<Memory, 'add' | 'end'>) {
  const newest = new Map<string, ReadonlyMap<string, Labels>>()
  return (atMs: number, job: string, samples: readonly Sample[]): void => {
    const there = new Map<string, Labels>()
    for (const { labels, value } of samples) {
      const key = keyOf(labels)
      there.set(key, labels)
      memory.add(labels, key, atMs, value)
    }
    for (const [key, labels] of newest.get(job) ?? []) if (!there.has(key)) memory.end(labels, key, atMs)
    newest.set(job, there)
  }
}
