/** What can go wrong between a room and its database. */
import { faults } from './fault.ts'

export const databaseFaults = faults('database', {
  unreachable: {
    kind: 'busy',
    says: 'The database does not answer at the moment; nothing was changed.',
    remedy: 'Try again in a few seconds. If it lasts, ask the operators to look at `omnicare status`.',
  },
  'outcome-unknown': {
    kind: 'busy',
    says: 'The database was lost before it answered; whether the change was stored is not known.',
    remedy: 'Read what is there before sending it again, or send it with the same Idempotency-Key.',
  },
  full: {
    kind: 'busy',
    says: 'More is asked of the database than it can take at the moment; nothing was changed.',
    remedy: 'Wait as long as Retry-After says, then try again.',
  },
  'no-space': {
    kind: 'busy',
    says: 'The database has no space left on its disk; nothing was changed.',
    remedy: 'The operators must free disk space or enlarge the volume; then try again.',
  },
  'too-costly': {
    kind: 'costly',
    says: 'The request took longer than it may and was stopped; nothing was changed.',
    remedy: 'Ask for less at a time: narrow the search, or lower _count.',
  },
  'null-character': {
    kind: 'invalid',
    says: 'What was sent holds the character U+0000, which no text may hold; nothing was changed.',
    remedy: 'Leave the character out.',
  },
  contended: {
    kind: 'busy',
    says: 'Others are changing the same resources at the moment; nothing was changed.',
    remedy: 'Try again in a few seconds.',
  },
})
