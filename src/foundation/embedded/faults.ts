import { faults } from '../fault.ts'

export const embeddedFaults = faults('embedded', {
  'no-binaries': {
    kind: 'unsupported',
    says: (d: { platform: string }) => `There is no embedded PostgreSQL for ${d.platform}.`,
    remedy: 'Point OMNICARE_RECORD_URL and OMNICARE_CONTROL_URL at PostgreSQL servers of your own (15 to 18).',
  },
  'no-user': {
    kind: 'unsupported',
    says: 'PostgreSQL may not run as root, and there is no other user for it.',
    remedy: 'Create one (useradd --system postgres), or do not run as root.',
  },
  'other-version': {
    kind: 'unsupported',
    says: (d: { folder: string; found: string; needed: string }) =>
      `${d.folder} was written by PostgreSQL ${d.found}; this OmniCare has PostgreSQL ${d.needed}.`,
    remedy: 'Start the OmniCare version that wrote it, export the data, and import it here; or move the folder away.',
  },
  'in-use': {
    kind: 'invalid',
    says: (d: { folder: string; pid: number }) => `${d.folder} is in use by process ${d.pid}.`,
    remedy: 'Stop the OmniCare that runs there, or give this one another OMNICARE_HOME.',
  },
  'no-space': {
    kind: 'busy',
    says: (d: { folder: string; freeMiB: number; neededMiB: number }) =>
      `The disk of ${d.folder} is full: ${d.freeMiB} MiB are free, ${d.neededMiB} MiB are needed.`,
    remedy: 'Free some space, or set OMNICARE_HOME to a folder on a larger disk.',
  },
  unreachable: {
    kind: 'invalid',
    says: (d: { path: string }) => `The user that PostgreSQL runs as can't reach ${d.path}.`,
    remedy: 'Let others pass through its parent folders (chmod o+x), or do not run as root.',
  },
  'long-path': {
    kind: 'invalid',
    says: (d: { folder: string; most: number }) =>
      `The path of ${d.folder} is too long for a unix socket, which may have ${d.most} bytes.`,
    remedy: 'Set OMNICARE_HOME, or TMPDIR, to a folder with a shorter path.',
  },
  'did-not-start': {
    kind: 'broken',
    says: (d: { name: string; why: string }) => `The ${d.name} database did not start: ${d.why}`,
    remedy: 'The log of operations (logs/operations.log in OMNICARE_HOME) says more.',
  },
})
