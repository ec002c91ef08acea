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
  'not-believed': {
    kind: 'forbidden',
    says: (d: { url: string }) => `What answers at ${d.url} shows a certificate that is not believed.`,
    remedy:
      'Name its file in OMNICARE_TLS_CERTIFICATE, or set OMNICARE_HOME to the folder of the OmniCare that runs there.',
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
    says: 'It is not whole gzip data; from here on nothing was read.',
    remedy: 'Fetch or compress it again, then run the import with --resume.',
  },
  unreadable: {
    kind: 'invalid',
    says: (d: { code: string }) => `It can't be read: the system says ${d.code}.`,
    remedy: 'Mend that (is it there, and may you read it?), then run the import with --resume.',
  },
  'too-long': {
    kind: 'too-large',
    says: 'One JSON document, or a line, is longer than 256 MiB; from here on nothing was read.',
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
  'unknown-type': {
    kind: 'invalid',
    says: 'The resourceType names no resource type of FHIR R4.',
    remedy: 'Correct it; https://hl7.org/fhir/R4/resourcelist.html has all of them.',
  },
  'not-running': {
    kind: 'busy',
    says: (d: { url: string }) => `Nothing answers at ${d.url}.`,
    remedy: 'Start OmniCare (npm start), or set OMNICARE_URL to where it runs.',
  },
  'no-such-path': {
    kind: 'invalid',
    says: (d: { path: string }) => `There is no file or folder ${d.path}.`,
    remedy: 'Check the path; quote it if there are spaces in it.',
  },
  'nothing-to-import': {
    kind: 'invalid',
    says: (d: { paths: readonly string[] }) => `There is nothing to import in ${d.paths.join(', ')}.`,
    remedy:
      'In folders, files are taken whose names end in .json, .ndjson, .json.gz or .ndjson.gz; name others one by one.',
  },
  unwritable: {
    kind: 'invalid',
    says: (d: { path: string; code: string }) => `${d.path} can't be written: the system says ${d.code}.`,
    remedy: 'Name a file that you may write, in a folder that there is.',
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
