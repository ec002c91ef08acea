import { faults } from '../fault.ts'

export const embeddedFaults = faults('embedded', {
  'no-binaries': {
    kind: 'broken',
    says: (d: { platform: string }) => `There is no embedded PostgreSQL for ${d.platform}.`,
    remedy: 'Point OMNICARE_RECORD_URL and OMNICARE_CONTROL_URL at PostgreSQL servers of your own (15 to 18).',
  },
  'other-version': {
    kind: 'broken',
    says: (d: { folder: string; found: string; needed: string }) =>
      `${d.folder} was written by PostgreSQL ${d.found}; this OmniCare has PostgreSQL ${d.needed}.`,
    remedy: 'Start the OmniCare version that wrote it, export the data, and import it here; or move the folder away.',
  },
  'in-use': {
    kind: 'broken',
    says: (d: { folder: string; pid: number }) => `${d.folder} is in use by process ${d.pid}.`,
    remedy: 'Stop the OmniCare that runs there, or give this one another OMNICARE_HOME.',
  },
  'no-space': {
    kind: 'broken',
    says: (d: { folder: string }) => `The disk of ${d.folder} is full.`,
    remedy: 'Free some space, or set OMNICARE_HOME to a folder on a larger disk.',
  },
  unreachable: {
    kind: 'broken',
    says: (d: { path: string }) => `The user that PostgreSQL runs as can't reach ${d.path}.`,
    remedy: 'Let others pass through its parent folders (chmod o+x), or do not run as root.',
  },
  'did-not-start': {
    kind: 'broken',
    says: (d: { name: string; why: string }) => `The ${d.name} database did not start: ${d.why}`,
    remedy: 'The end of its log, postgres.log beside the data folder, says more.',
  },
})
