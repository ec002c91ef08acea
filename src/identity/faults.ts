import { faults } from '#foundation/fault.ts'
import { PROVIDER_REFUSALS } from './terms.ts'

const seconds = (count: number): string => (count === 1 ? '1 second' : `${count} seconds`)

export const identityFaults = faults('identity', {
  // Said of an unknown user too, and of one who may not sign in: nobody learns who has an account.
  wrong: {
    kind: 'unknown',
    says: 'The user name or the password is wrong.',
    remedy: 'Type both again, ask for a reset link, or ask an administrator.',
  },
  'wrong-code': {
    kind: 'unknown',
    says: 'The code is wrong or was used before.',
    remedy: 'Wait for the next code of the app, or use another factor.',
  },
  'wrong-passkey': {
    kind: 'unknown',
    says: 'The passkey was not accepted.',
    remedy: 'Try again with a passkey of this account, or use another factor.',
  },
  wait: {
    kind: 'limited',
    says: (d: { seconds: number }) => `There were too many tries; the next may be made in ${seconds(d.seconds)}.`,
    remedy: 'Wait, sign in from where you have signed in before, or ask for a reset link.',
    waitSeconds: (d: { seconds: number }) => d.seconds,
  },
  crowded: {
    kind: 'busy',
    says: 'Too many sign in at this moment.',
    remedy: 'Try again in a few seconds.',
  },
  'no-ticket': {
    kind: 'unknown',
    says: 'This sign-in has ended or was finished.',
    remedy: 'Begin again with the user name.',
  },
  'other-step': {
    kind: 'conflict',
    says: 'This is not the next step of the sign-in.',
    remedy: 'Go on with the step that was asked for.',
  },
  'no-session': {
    kind: 'unknown',
    says: 'Nobody is signed in, or the session has ended.',
    remedy: 'Sign in again.',
  },
  'no-link': {
    kind: 'missing',
    says: 'The link is not valid: it was used, has expired, or was replaced.',
    remedy: 'Ask for a new one.',
  },
  'weak-password': {
    kind: 'unprocessable',
    says: (d: { why: string }) => `The password ${d.why}.`,
    remedy: 'Take several words that nobody would expect together, or let a password manager make one.',
  },
  'no-person': {
    kind: 'missing',
    says: 'There is no such account.',
    remedy: 'omnicare identity users list shows the accounts.',
  },
  'name-taken': {
    kind: 'conflict',
    says: 'The user name is taken.',
    remedy: 'Choose another one; the names of ended accounts stay taken.',
  },
  'bad-account': {
    kind: 'unprocessable',
    says: (d: { why: string }) => d.why,
    remedy: 'Correct it and send it again.',
  },
  'other-state': {
    kind: 'conflict',
    says: (d: { why: string }) => d.why,
    remedy: 'Look at the account as it is now.',
  },
  'last-administrator': {
    kind: 'conflict',
    says: 'Nobody else could administer OmniCare then.',
    remedy: 'Make another administrator first.',
  },
  'own-rights': {
    kind: 'forbidden',
    says: 'Nobody changes what they themselves may do.',
    remedy: 'Another administrator may, or the owner of the machine with ./omnicare identity users.',
  },
  'no-factor': {
    kind: 'missing',
    says: 'There is no such second factor, or none is being set up.',
    remedy: 'Begin to set it up again.',
  },
  'last-factor': {
    kind: 'conflict',
    says: 'The account needs a second factor, and this is the only one.',
    remedy: 'Set up another one first.',
  },
  'too-many-passkeys': {
    kind: 'conflict',
    says: 'The account has as many passkeys as it may.',
    remedy: 'Remove one that is no longer used.',
  },
  'no-api-key': {
    kind: 'unknown',
    says: 'The API key is unknown, has expired, was ended, or whoever answered for it has left.',
    remedy: 'Ask an administrator for a new one, or to give it another owner.',
  },
  // Not said why: whoever makes tokens up learns nothing.
  'bad-token': {
    kind: 'unknown',
    says: 'The access token is not valid here.',
    remedy: 'Get one from the authorization server of this hospital, for this FHIR base.',
  },
  'token-over': {
    kind: 'unknown',
    says: 'The access token has expired, or what it was given for has ended.',
    remedy: 'Get a new one by the refresh token, or sign in again.',
  },
  'trust-away': {
    kind: 'busy',
    says: 'Whom this token lets in can not be found out now: operations does not answer.',
    remedy: 'Try again in a moment; if this stays, tell the operators to look at /health of operations.',
  },
  'no-client': {
    kind: 'missing',
    says: 'There is no such program.',
    remedy: 'omnicare identity clients list shows the programs.',
  },
  'bad-client': {
    kind: 'unprocessable',
    says: (d: { why: string }) => d.why,
    remedy: 'Correct it and send it again.',
  },
  'no-provider': {
    kind: 'missing',
    says: PROVIDER_REFUSALS['no-provider'],
    remedy: 'omnicare identity providers list shows them.',
  },
  'bad-provider': {
    kind: 'unprocessable',
    says: (d: { why: string }) => d.why,
    remedy: 'Correct it and send it again.',
  },
  'provider-away': {
    kind: 'busy',
    says: PROVIDER_REFUSALS['provider-away'],
    remedy: 'Sign in with your password, or try again in a moment; an administrator can test the provider.',
  },
  'provider-said-no': {
    kind: 'forbidden',
    says: PROVIDER_REFUSALS['provider-said-no'],
    remedy: 'Begin again, or ask who looks after the identity provider.',
  },
  'provider-not-believed': {
    kind: 'forbidden',
    says: PROVIDER_REFUSALS['provider-not-believed'],
    remedy: 'Begin again; if it stays, an administrator finds the reason in the audit trail.',
  },
  'not-begun-here': {
    kind: 'forbidden',
    says: PROVIDER_REFUSALS['not-begun-here'],
    remedy: 'Begin again at the sign-in page.',
  },
  // Not said why: nobody learns who has an account.
  'no-account': {
    kind: 'forbidden',
    says: PROVIDER_REFUSALS['no-account'],
    remedy: 'Ask an administrator.',
  },
  'linked-already': {
    kind: 'conflict',
    says: PROVIDER_REFUSALS['linked-already'],
    remedy: 'Unlink it first.',
  },
  'no-linked': {
    kind: 'missing',
    says: 'The account has no identity at this provider.',
    remedy: 'Look at the account as it is now.',
  },
  'no-interaction': {
    kind: 'missing',
    says: 'This authorization has ended, or was begun in another browser.',
    remedy: 'Begin again from the program.',
  },
  'other-prompt': {
    kind: 'conflict',
    says: 'This is not the next step of the authorization.',
    remedy: 'Go on with the step that was asked for.',
  },
  'bad-launch': {
    kind: 'forbidden',
    says: 'The program was not started from here by you, or that was used before.',
    remedy: 'Start it again from the chart.',
  },
  'bad-context': {
    kind: 'unprocessable',
    says: (d: { why: string }) => d.why,
    remedy: 'Correct it and send it again.',
  },
  'no-signing-key': {
    kind: 'missing',
    says: 'There is no such signing key.',
    remedy: 'omnicare identity signing-keys list shows those that count.',
  },
  'no-such-key': {
    kind: 'missing',
    says: 'There is no such API key.',
    remedy: 'omnicare identity keys list shows the keys.',
  },
  'bad-key': {
    kind: 'unprocessable',
    says: (d: { why: string }) => d.why,
    remedy: 'Correct it and send it again.',
  },
  'no-such-session': {
    kind: 'missing',
    says: 'There is no such session.',
    remedy: 'It may have ended by itself.',
  },
  'bad-identity-key': {
    kind: 'invalid',
    says: (d: { where: string }) => `${d.where} is not a key of 32 bytes, in base64 or as 64 hexadecimal digits.`,
    remedy: 'Make one with: openssl rand -base64 32',
  },
  'identity-key-missing': {
    kind: 'invalid',
    says: (d: { file: string }) => `The key of the second factors is missing: ${d.file}.`,
    remedy: 'Put the file back, or correct OMNICARE_IDENTITY_KEY_FILE.',
  },
  'other-identity-key': {
    kind: 'invalid',
    says: 'The second factors in the database are sealed by another key than the one given.',
    remedy: 'Give the right key in OMNICARE_IDENTITY_KEY_FILE, or the former one in OMNICARE_IDENTITY_FORMER_KEY_FILE.',
  },
  'unreadable-breached': {
    kind: 'invalid',
    says: (d: { file: string }) => `The file of breached passwords can't be read: ${d.file}.`,
    remedy: 'Correct OMNICARE_PASSWORD_BREACHED, or unset it.',
  },
})
