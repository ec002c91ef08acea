/**
 * How long the next try has to wait: nothing for the first few, then twice as long each time, up to a limit. Never for
 * ever: a stranger could otherwise lock anybody out. Failures are forgotten as time goes by. Pure.
 */

export interface Rule {
  /** Failures that cost nothing. */
  readonly free: number
  readonly longestSeconds: number
  /** After this long one failure less counts. */
  readonly forgetSeconds: number
}

export const RULES = {
  /** One user name, from wherever nobody has signed in to it before. */
  account: { free: 5, longestSeconds: 1_800, forgetSeconds: 1_800 },
  /** One user name from one network that has signed in to it before. */
  known: { free: 10, longestSeconds: 300, forgetSeconds: 300 },
  /** One network, whatever the user names: a whole hospital may stand behind one address, and sign in at seven. */
  net: { free: 50, longestSeconds: 300, forgetSeconds: 20 },
  /** Coming back from identity providers to one network: apart from passwords, which go on when a provider is away. */
  provider: { free: 50, longestSeconds: 300, forgetSeconds: 20 },
  /** Second factors of one person: only who knows the password comes here. */
  factor: { free: 5, longestSeconds: 1_800, forgetSeconds: 1_800 },
  /** Reset links asked for, of one user name from one network: more than these would fill a mail box. */
  forgot: { free: 3, longestSeconds: 1_800, forgetSeconds: 1_200 },
  /** Reset links asked for from one network, whatever the user names. */
  'forgot-net': { free: 30, longestSeconds: 300, forgetSeconds: 60 },
} as const satisfies Record<string, Rule>

export interface Tries {
  /** With fractions: time takes them away bit by bit. */
  readonly failures: number
  readonly lastMs: number
  /** The next try may be made from here on. */
  readonly untilMs: number
}

/** What is left of the failures by now. */
const remembered = ({ failures, lastMs }: Tries, { forgetSeconds }: Rule, nowMs: number): number =>
  Math.max(0, failures - Math.max(0, nowMs - lastMs) / 1000 / forgetSeconds)

/**
 * What a try counts as before it is made: a failure, until it has succeeded. Tries that are made at the same moment can't
 * all pass as the first.
 */
export function admitted(tries: Tries, rule: Rule, nowMs: number): Tries | { readonly waitSeconds: number } {
  if (nowMs < tries.untilMs) return { waitSeconds: Math.ceil((tries.untilMs - nowMs) / 1000) }
  const failures = remembered(tries, rule, nowMs) + 1
  const over = Math.ceil(failures - rule.free)
  const delaySeconds = over <= 0 ? 0 : Math.min(rule.longestSeconds, 2 ** Math.min(over - 1, 30))
  return { failures, lastMs: nowMs, untilMs: nowMs + delaySeconds * 1000 }
}
