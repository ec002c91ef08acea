import { faults } from '#foundation/fault.ts'

export const cliFaults = faults('cli', {
  'unknown-command': {
    kind: 'invalid',
    says: (d: { near: string | undefined }) =>
      `There is no such command.${d.near === undefined ? '' : ` Did you mean: omnicare ${d.near}?`}`,
    remedy: 'omnicare help lists all commands.',
  },
  'bad-options': {
    kind: 'invalid',
    says: (d: { why: string }) => d.why,
    remedy: 'Add --help to see what the command takes.',
  },
  'no-token': {
    kind: 'forbidden',
    says: 'There is no administrator token to sign in with.',
    remedy:
      'Start OmniCare once (npm start), set OMNICARE_HOME to its folder, or name the file in OMNICARE_TOKEN_FILE.',
  },
  'wrong-token': {
    kind: 'forbidden',
    says: 'The hospital does not know the administrator token.',
    remedy: 'Set OMNICARE_HOME to the folder of the hospital that is asked, or name the file in OMNICARE_TOKEN_FILE.',
  },
  'bad-compression': {
    kind: 'invalid',
    says: 'A file is not whole gzip data.',
    remedy: 'Fetch or compress it again; then run the import with --resume.',
  },
  'too-long': {
    kind: 'too-large',
    says: 'A file holds one JSON document, or a line, of more than 256 MiB.',
    remedy: 'Export it as NDJSON: one resource or Bundle a line, in a file whose name ends in .ndjson.',
  },
  'not-utf-8': {
    kind: 'invalid',
    says: 'The text is not UTF-8.',
    remedy: 'Export it in UTF-8, the only encoding of JSON.',
  },
  'no-type': {
    kind: 'invalid',
    says: 'There is no resource: an object with a resourceType.',
    remedy: 'Take it out, or give it the resourceType that it is of.',
  },
  'not-running': {
    kind: 'busy',
    says: (d: { url: string }) => `Nothing answers at ${d.url}.`,
    remedy: 'Start OmniCare (npm start), or set OMNICARE_URL to where it runs.',
  },
  'audit-refused': {
    kind: 'unprocessable',
    says: (d: { says: string }) => d.says,
    remedy: 'Check what was given to the command.',
  },
  'cut-off': {
    kind: 'busy',
    says: 'Operations ended before the answer was whole.',
    remedy: 'Try again; if it happens again, the log of operations has the cause.',
  },
  'not-found': { kind: 'missing', says: 'There is no such file or folder.', remedy: 'Check the path.' },
})
