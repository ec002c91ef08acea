/**
 * Argon2id, as OWASP asks for it: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 *
 * Whoever has no password, or no account, is checked against a password that nobody knows, so that the time of the answer
 * doesn't tell who has one.
 */
import { hash, verify } from '@node-rs/argon2'
import { newSecret } from '../../secrets.ts'
import { openTurns } from './turns.ts'

export interface Argon2Cost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export const OWASP_COST: Argon2Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 }

/** Each takes a core for tens of milliseconds; more at once would only take them from each other and from the rest. */
const AT_ONCE = 2
const MOST_WAITING = 100

export interface Hasher {
  hash(password: string): Promise<string>
  /** `outdated`: right, but hashed at another cost than today's. Throws `identity/crowded`. */
  check(stored: string | undefined, password: string): Promise<{ readonly right: boolean; readonly outdated: boolean }>
}

/** NIST SP 800-63B, 3.1.1.2: what looks the same is the same. */
export const normal = (password: string): string => password.normalize('NFKC')

export function openHasher(cost: Argon2Cost = OWASP_COST): Hasher {
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: cost.lanes }
  const current = `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$`
  const inTurn = openTurns(AT_ONCE, MOST_WAITING)
  const nobodys = hash(newSecret(), options)
  // Without an account to check against nobody could be checked: told to the first who asks.
  nobodys.catch(() => undefined)
  return {
    hash: (password) => inTurn(() => hash(normal(password), options)),
    async check(stored, password) {
      const against = stored ?? (await nobodys)
      const right = await inTurn(() => verify(against, normal(password)))
      return { right: right && stored !== undefined, outdated: !against.startsWith(current) }
    },
  }
}
