import { createHash } from 'node:crypto'

/** What machines make: UUIDs, W3C and B3 trace ids, those of Amazon's load balancers; and ULIDs. */
const MADE = /^(?=.{16,128}$)(?:(?:Root|Self)=)?[0-9a-f]+(?:-[0-9a-f]+)*$|^[0-7](?=[A-Z]*[0-9])[0-9A-HJKMNP-TV-Z]{25}$/i

/**
 * A request's id as logs have it. Callers choose theirs, and may have put a name into it: what no machine has made is logged
 * as a hash, which is the same each time, so that it can be searched for by the id itself. The audit ledger has the id.
 */
export const loggedRequest = (id: string): string =>
  MADE.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32)
