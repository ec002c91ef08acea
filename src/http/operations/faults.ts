import { faults } from '#foundation/fault.ts'

/** What the door of operations refuses before anything behind it is asked. */
export const doorFaults = faults('door', {
  'own-account': {
    kind: 'forbidden',
    says: 'Nobody administers their own account: what is changed there asks for the password first.',
    remedy: 'Change it on the page of your own account.',
  },
  'other-site': {
    kind: 'forbidden',
    says: 'The request was not sent by a page of OmniCare.',
    remedy: 'Open OmniCare at its own address, the one operations is told by OMNICARE_OPERATIONS_PUBLIC_URL.',
  },
  'no-csrf': {
    kind: 'forbidden',
    says: 'The request does not carry the value by which pages of this session are known.',
    remedy: 'Ask GET /api/session again, and send its `csrf` as X-OmniCare-CSRF.',
  },
  'not-signed-in': {
    kind: 'unknown',
    says: 'Nobody is signed in, or the session has ended.',
    remedy: 'Sign in again.',
  },
  'other-place': {
    kind: 'forbidden',
    says: 'This session is one of the hospital; operations asks for one of its own, with a second factor.',
    remedy: 'Sign in to operations.',
  },
  'not-permitted': {
    kind: 'forbidden',
    says: 'None of your roles permits this.',
    remedy: 'Ask an administrator who may, or for the role.',
  },
  crowded: {
    kind: 'limited',
    says: (d: { seconds: number }) => `Too many requests come from your network; the next may come in ${d.seconds} s.`,
    remedy: 'Wait a moment.',
    waitSeconds: (d: { seconds: number }) => d.seconds,
  },
  'too-many-listen': {
    kind: 'limited',
    says: 'Too many pages listen to what changes, of you or altogether.',
    remedy: 'Close some; the others ask by themselves now and then.',
    waitSeconds: () => 30,
  },
  'bad-member': {
    kind: 'invalid',
    says: (d: { name: string }) => `The request needs ${d.name}, or has it in another form.`,
    remedy: 'Send it as the API describes it.',
  },
  'unknown-member': {
    kind: 'invalid',
    says: 'The request has a member that is not known here.',
    remedy: 'Leave it out.',
  },
})
