/** What identity tells of itself; failures of tokens also the doors, of both planes. */
import { metric } from '#foundation/metric.ts'
import { PLACES } from './terms.ts'

export const FAILURE_REASONS = [
  'credentials',
  'factor',
  'throttled',
  'provider',
  'client',
  'token',
  'expired',
  'unavailable',
] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

export const IDENTITY_METRICS = {
  failures: metric({
    name: 'omnicare_sign_in_failures_total',
    type: 'counter',
    help: 'Tries to get in that were refused, by the class of the reason: of people at their sign-in, of programs, and of tokens that were sent.',
    moves: 'Every such try.',
    labels: {
      reason:
        '`credentials`: user name or password; `factor`: second factor or passkey; `throttled`: too many tries; `provider`: an identity provider said no, or nobody is linked; `client`: a program with a wrong secret, code or refresh token; `token`: a token or API key that counts for nothing; `expired`: one, or a sign-in, that is over; `unavailable`: could not be decided',
    },
  }),
  tries: metric({
    name: 'identity_tries_total',
    type: 'counter',
    help: 'Tries to prove who one is, by factor and outcome: right, or the code of the refusal.',
    moves: 'Every step of a sign-in.',
    labels: {
      factor: '`password`, `totp`, `recovery-code`, `passkey`, `provider`',
      outcome: '`right`, or the code of a fault, as in `identity/wrong`',
    },
  }),
  sessions: metric({
    name: 'omnicare_sessions',
    type: 'gauge',
    help: 'Sessions in which somebody is signed in, by where.',
    moves: 'Signing in and out, and time. Counted every minute.',
    labels: { place: PLACES.map((place) => `\`${place}\``).join(', ') },
  }),
  tokens: metric({
    name: 'omnicare_active_tokens',
    type: 'gauge',
    help: 'What lets programs and machines in, as long as it counts.',
    moves: 'Programs that are let in, keys that are made, and time. Counted every minute.',
    labels: { kind: '`refresh`: of programs that may go on; `api-key`: of machines' },
  }),
  expiring: metric({
    name: 'identity_api_keys_expiring',
    type: 'gauge',
    help: 'API keys that end within 30 days.',
    moves: 'Time, and keys that are replaced. Counted every minute.',
  }),
}
