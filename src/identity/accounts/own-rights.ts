/** Whose account is the caller's own: who administers accounts gives nobody's rights to themselves. */
import { identityFaults } from '../faults.ts'
import type { Caller } from '../tools.ts'

export const isOwn = ({ actor }: Caller, id: string): boolean => actor.kind === 'person' && actor.id === id

/** Throws `identity/own-rights`. */
export function refuseOwn(caller: Caller, id: string): void {
  if (isOwn(caller, id)) throw identityFaults['own-rights']()
}
