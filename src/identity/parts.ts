import type { Hasher } from './accounts/passwords/hasher.ts'
import type { PasswordPolicy } from './accounts/passwords/policy.ts'
import type { Throttle } from './accounts/throttle.ts'
import type { Passkeys } from './factors/passkeys.ts'
import type { Recovery } from './factors/recovery.ts'
import type { Totp } from './factors/totp.ts'
import type { Mailing } from './mail/mailing.ts'
import type { SessionsWithin } from './sessions/sessions.ts'

/** All by which somebody can prove who they are, and what comes of it: what signing in and one's own account are made of. */
export interface Parts {
  readonly hasher: Hasher
  readonly policy: PasswordPolicy
  readonly throttle: Throttle
  readonly totp: Totp
  readonly recovery: Recovery
  readonly passkeys: Passkeys
  readonly sessions: SessionsWithin
  readonly mailing: Mailing
}
