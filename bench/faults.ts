import { faults } from '#foundation/fault.ts'

export const benchFaults = faults('bench', {
  'bad-options': {
    kind: 'invalid',
    says: (d: { why: string }) => `bench: ${d.why}.`,
    remedy: 'npm run bench -- [name…] [--size N] [--rounds N] [--from FOLDER] [--json]',
  },
  refused: {
    kind: 'broken',
    says: (d: { what: string; count: number }) => `${d.count} requests of ${d.what} failed: the numbers mean nothing.`,
    remedy: 'Run the tests; then measure again.',
  },
})
