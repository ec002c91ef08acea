/**
 * What was thrown and has been written down where it came about: whoever answers the request must not write it down again.
 *
 * Kept for each request: calls that share a statement are thrown the same error, and each has an entry of its own.
 */
const told = new WeakMap<object, Set<string>>()

export function markTold(error: unknown, request: string): void {
  if (typeof error !== 'object' || error === null) return
  const requests = told.get(error)
  if (requests === undefined) told.set(error, new Set([request]))
  else requests.add(request)
}

export const isTold = (error: unknown, request: string): boolean =>
  typeof error === 'object' && error !== null && told.get(error)?.has(request) === true
