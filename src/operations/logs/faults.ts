import { faults } from '#foundation/fault.ts'

export const logFaults = faults('logs', {
  'bad-cursor': {
    kind: 'invalid',
    says: 'The cursor is not one that a page of logs has given.',
    remedy: 'Ask without it for the newest lines, and go on with `older` or `newer` of the answer.',
  },
  'two-cursors': {
    kind: 'invalid',
    says: 'Lines are asked for that are older than one cursor and newer than another.',
    remedy: 'Send one of them.',
  },
})
