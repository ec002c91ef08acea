/**
 * What has ended, as far as a process knows that verifies tokens by itself: it asks every few seconds and refuses tokens of
 * what it was told, so that nobody goes on for longer than that.
 *
 * Operations may be down while the hospital must go on. Nobody can be ended then either; so an old list goes on counting,
 * and tokens end by their own short life.
 */
import type { Ended } from './sessions.ts'

/** What a token says of itself. */
export interface TokenOf {
  readonly session?: string
  readonly person?: string
  readonly apiKey?: string
  readonly client?: string
  readonly issuedMs: number
}

export interface EndedList {
  /** Asks once. A failure leaves the list as it is, and is thrown. */
  refresh(): Promise<void>
  /** Takes what was heard before, as another process kept it. */
  know(heard: readonly Ended[]): void
  /** Whether what the token was issued for has ended since. */
  isEnded(token: TokenOf): boolean
  /** Since what was heard last; infinite when nothing was yet. */
  ageMs(): number
}

export function openEndedList({
  ask,
  nowMs,
}: {
  ask: () => Promise<readonly Ended[]>
  nowMs: () => number
}): EndedList {
  let ended = new Map<string, number>()
  let heardMs = Number.NEGATIVE_INFINITY
  /** Of the same second it is refused: when a token was issued it says in seconds. */
  const since = (kind: Ended['kind'], id: string | undefined, issuedMs: number): boolean => {
    const endedMs = id === undefined ? undefined : ended.get(`${kind} ${id}`)
    return endedMs !== undefined && issuedMs <= endedMs
  }
  const know = (heard: readonly Ended[]): void => {
    ended = new Map(heard.map(({ kind, id, at }) => [`${kind} ${id}`, Date.parse(at)]))
  }
  return {
    async refresh() {
      const asked = nowMs()
      know(await ask())
      heardMs = asked
    },
    know,
    isEnded: ({ session, person, apiKey, client, issuedMs }) =>
      ended.size > 0 &&
      (since('session', session, issuedMs) ||
        since('person', person, issuedMs) ||
        since('api-key', apiKey, issuedMs) ||
        since('client', client, issuedMs)),
    ageMs: () => nowMs() - heardMs,
  }
}
