import { faults } from '#foundation/fault.ts'

export const performanceFaults = faults('performance', {
  'under-way': {
    kind: 'conflict',
    says: 'The databases are being optimised already.',
    remedy: 'Wait until that is done; omnicare audit search --action operation says who does it.',
  },
  'no-reason': {
    kind: 'invalid',
    says: 'What is done to a database is done for a reason, which is written down.',
    remedy: 'Say it in 3 to 500 characters: --reason, or `reason` in the request.',
  },
})
