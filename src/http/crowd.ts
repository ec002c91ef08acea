/**
 * Lets so many requests of one network in, and refuses the rest: what costs a hash or a transaction has limits of its own,
 * this one keeps a flood from reaching them. In memory: it needn't outlast a restart.
 */
import { doorFaults } from './operations/faults.ts'

export interface CrowdLimits {
  /** Requests that may come at once. */
  readonly burst: number
  /** How many more may come in each second after that. */
  readonly perSecond: number
}

/** Of those whom nobody knows yet. A hospital may sign in at seven o'clock from behind one address. */
export const STRANGERS: CrowdLimits = { burst: 600, perSecond: 20 }

const MOST_NETWORKS = 10_000

/** Gives what counts a request of a network; it throws `door/crowded`. */
export function openCrowd({ burst, perSecond }: CrowdLimits, nowMs: () => number): (network: string) => void {
  const left = new Map<string, { tokens: number; atMs: number }>()
  return (network) => {
    const now = nowMs()
    const known = left.get(network)
    const tokens = known === undefined ? burst : Math.min(burst, known.tokens + ((now - known.atMs) / 1000) * perSecond)
    // Set anew, so that the map begins with those who have asked least recently.
    left.delete(network)
    left.set(network, { tokens: Math.max(0, tokens - 1), atMs: now })
    if (left.size > MOST_NETWORKS) left.delete(left.keys().next().value as string)
    if (tokens < 1) throw doorFaults.crowded({ seconds: Math.ceil((1 - tokens) / perSecond) })
  }
}
