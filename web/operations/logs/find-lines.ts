/** Pages of log lines: the newest, those before them when asked for, those after them while they are followed. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { LogLevel, LogLine, LogPage, LogPlane } from '../../../src/operations/logs/terms.ts'
import { ask } from '../../api/ask.ts'

export interface LineFilter {
  readonly level?: LogLevel
  readonly plane?: LogPlane
  readonly request?: string
  readonly text?: string
  /** RFC 3339. */
  readonly from?: string
  readonly to?: string
}

const PAGE = 100
/** More would make the page slow: while they are followed, the earliest are let go. */
const MOST_SHOWN = 2_000
const FOLLOW_EVERY_MS = 2_000

/** The same line may have been written twice within a millisecond: each that comes gets a number. */
interface Numbered {
  readonly number: number
  readonly line: LogLine
}

interface Cursors {
  readonly older?: string
  readonly newer?: string
  readonly searchedTo?: string
}

let lines = 0

async function pageOf(filter: LineFilter, cursor: Cursors = {}): Promise<Cursors & { readonly lines: Numbered[] }> {
  const query = new URLSearchParams({ ...filter, ...cursor, most: String(PAGE) })
  const page = await ask<LogPage>('GET', `/api/operations/logs?${query}`)
  return { ...page, lines: page.lines.map((line) => ({ number: lines++, line })) }
}

/** Begins anew with each mount: whoever filters otherwise mounts it again. */
export function useLines(filter: LineFilter, isFollowed: boolean) {
  const [earlier, setEarlier] = useState<readonly Numbered[]>([])
  const [later, setLater] = useState<readonly Numbered[]>([])
  const [gone, setGone] = useState<Cursors>()
  const first = useQuery({
    queryKey: ['log-lines', filter],
    queryFn: () => pageOf(filter),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const { older, newer, searchedTo } = gone ?? first.data ?? {}
  const more = useMutation({
    mutationFn: (from: string) => pageOf(filter, { older: from }),
    onSuccess({ lines: found, newer: _, ...back }) {
      setEarlier((shown) => [...shown, ...found])
      setGone({ ...back, ...(newer !== undefined && { newer }) })
    },
  })
  const { mutate: lookOn, error: lost } = useMutation({
    mutationFn: (from: string) => pageOf(filter, { newer: from }),
    onSuccess({ lines: found, newer: on = newer }) {
      setLater((shown) => [...found.toReversed(), ...shown].slice(0, MOST_SHOWN))
      const back = { ...(older !== undefined && { older }), ...(searchedTo !== undefined && { searchedTo }) }
      setGone({ ...back, ...(on !== undefined && { newer: on }) })
    },
  })
  useEffect(() => {
    if (!isFollowed || newer === undefined) return
    const timer = setInterval(() => document.hidden || lookOn(newer), FOLLOW_EVERY_MS)
    return () => clearInterval(timer)
  }, [isFollowed, newer, lookOn])
  return {
    first,
    lines: [...later, ...(first.data?.lines ?? []), ...earlier].slice(0, MOST_SHOWN),
    /** Undefined when there are none. */
    showEarlier: older === undefined ? undefined : () => more.mutate(older),
    isLookingBack: more.isPending,
    failure: more.error ?? (isFollowed ? lost : null),
    searchedTo,
  }
}
