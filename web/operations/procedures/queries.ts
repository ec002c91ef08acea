/** What is asked of operations about daily procedures, and how they are acted on. */
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { Occurrence, OccurrenceSummary, Overview } from '../../../src/operations/procedures/terms.ts'
import { ask } from '../../api/ask.ts'

const BASE = '/api/operations/procedures'
/** Several people may be at one: what they do is seen soon. */
const AGAIN_MS = 15_000

export const overview = queryOptions({
  queryKey: ['procedures', 'overview'],
  queryFn: () => ask<Overview>('GET', BASE),
  refetchInterval: AGAIN_MS,
})

/** The hand-over that was accepted last, while the one of this id is not; null when none was. */
export const acceptedBefore = (id: string) =>
  queryOptions({
    queryKey: ['procedures', 'accepted-before', id],
    queryFn: async () => {
      const query = new URLSearchParams({ procedure: 'shift-handover', state: 'signed', most: '1' })
      const { history } = await ask<{ history: OccurrenceSummary[] }>('GET', `${BASE}/history?${query}`)
      return history[0] ?? null
    },
  })

export const occurrence = (id: string) =>
  queryOptions({
    queryKey: ['procedures', 'one', id],
    queryFn: () => ask<Occurrence>('GET', `${BASE}/${id}`),
    refetchInterval: AGAIN_MS,
  })

export const HISTORY_PAGE = 25

export const historyPage = (filter: Readonly<Record<string, string | undefined>>, before: string) => {
  const given = Object.entries({ ...filter, before: before || undefined }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams([...(given as [string, string][]), ['most', String(HISTORY_PAGE)]])
  return ask<{ history: OccurrenceSummary[] }>('GET', `${BASE}/history?${query}`)
}

/** Acts on one, and shows what has become of it. */
export function useActing(id: string) {
  const queries = useQueryClient()
  return async (path: string, body: object = {}): Promise<Occurrence> => {
    const done = await ask<Occurrence>('POST', `${BASE}/${id}/${path}`, body)
    queries.setQueryData(occurrence(id).queryKey, done)
    await queries.invalidateQueries({ queryKey: ['procedures', 'overview'] })
    await queries.invalidateQueries({ queryKey: ['procedures', 'history'] })
    return done
  }
}

export const pdfOf = (id: string): string => `${BASE}/${id}/print`
