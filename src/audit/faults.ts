import { faults } from '#foundation/fault.ts'

export const auditFaults = faults('audit', {
  'not-recorded': {
    kind: 'busy',
    says: 'What was asked could not be written down in the audit trail; what is not written down is not answered.',
    remedy:
      'Try again in a few seconds. If it lasts, the operators must look at the audit intake: is its table locked, its disk full, its database away?',
  },
  'bad-master-key': {
    kind: 'invalid',
    says: (d: { where: string }) => `${d.where} is not a key of 32 bytes, in base64 or as 64 hexadecimal digits.`,
    remedy: 'Make one with: openssl rand -base64 32',
  },
  'master-key-missing': {
    kind: 'invalid',
    says: (d: { file: string }) => `The master key of the audit ledger is missing: ${d.file}.`,
    remedy: 'Put the file back, or correct OMNICARE_AUDIT_KEY_FILE.',
  },
  'other-master-key': {
    kind: 'invalid',
    says: (d: { have: string; need: string }) =>
      `The keys of the audit ledger are wrapped by master key ${d.need}; this one is ${d.have}.`,
    remedy: 'Give the right key in OMNICARE_AUDIT_KEY_FILE, or the former one in OMNICARE_AUDIT_FORMER_KEY_FILE.',
  },
  'key-not-ours': {
    kind: 'forbidden',
    says: 'The master key comes from the environment; OmniCare can not replace it there.',
    remedy: 'Start with the new key in OMNICARE_AUDIT_KEY and a file of the old one in OMNICARE_AUDIT_FORMER_KEY_FILE.',
  },
  'altered-key': {
    kind: 'broken',
    says: (d: { what: string }) => `The key of ${d.what} has been altered: the master key does not open it.`,
    remedy: 'Treat the ledger as tampered with: run omnicare audit verify, and restore the row from a backup.',
  },
  'too-young': {
    kind: 'forbidden',
    says: (d: { month: string; years: number }) =>
      `${d.month} is not over for ${d.years} years yet; its key is not destroyed.`,
    remedy: 'Wait until the retention is over, or change OMNICARE_AUDIT_RETENTION_YEARS as the law allows.',
  },
  'no-such-month': {
    kind: 'missing',
    says: 'There is no key of this month, or it has been destroyed already.',
    remedy: 'omnicare audit keys lists the months.',
  },
  'no-such-entry': {
    kind: 'missing',
    says: 'The ledger has no such entry.',
    remedy: 'Give an entry by its number or its id; what was recorded in this second may not be sealed yet.',
  },
  'nothing-sealed': {
    kind: 'missing',
    says: 'The ledger has no entry yet, so that there is no checkpoint.',
    remedy: 'Ask again when something has been recorded.',
  },
  'broken-tree': {
    kind: 'broken',
    says: (d: { size: number }) =>
      `The tree of the audit ledger does not agree with its checkpoint of ${d.size} entries; nothing is added to it.`,
    remedy: 'Run omnicare audit verify, find who changed the ledger, and restore it from a backup or an export.',
  },
  'unreadable-entry': {
    kind: 'unprocessable',
    says: (d: { why: string }) => `The entry can't be read: ${d.why}.`,
    remedy: 'Run omnicare audit verify.',
  },
  'no-longer-readable': {
    kind: 'gone',
    says: 'The entry can no longer be read: the key of its month has been destroyed, or it has been altered.',
    remedy: 'omnicare audit verify tells which.',
  },
  'bad-event-search': {
    kind: 'invalid',
    says: (d: { why: string }) => d.why,
    remedy: 'GET /fhir/R4/metadata lists the search parameters of AuditEvent.',
  },
  'too-many-to-count': {
    kind: 'costly',
    says: (d: { most: number }) => `More than ${d.most} entries would have to be read to be counted.`,
    remedy: 'Leave out address, agent-name and entity, or narrow the search by date, patient or agent.',
  },
  'bad-filter': {
    kind: 'invalid',
    says: (d: { why: string }) => d.why,
    remedy: 'omnicare audit search --help lists the filters.',
  },
  'other-export': {
    kind: 'conflict',
    says: (d: { why: string }) => `The ledger can't be exported there: ${d.why}.`,
    remedy: 'Keep what is there as it is for whoever looks into this, and export to an empty place.',
  },
  'false-export': {
    kind: 'broken',
    says: (d: { file: string }) => `What was exported is not what can be read back: ${d.file}.`,
    remedy: 'Keep what is there for whoever looks into this, check the disk, and export to an empty place.',
  },
  'bad-export-place': {
    kind: 'invalid',
    says: (d: { place: string }) => `${d.place} is neither a folder nor a bucket.`,
    remedy: 'Give a path that begins with /, or s3://bucket/prefix.',
  },
  'no-s3-client': {
    kind: 'unsupported',
    says: 'The client for S3 is not installed.',
    remedy: 'Install with the optional dependencies: npm ci.',
  },
  'not-locked': {
    kind: 'conflict',
    says: (d: { bucket: string }) => `The bucket ${d.bucket} does not lock its objects.`,
    remedy:
      'Make a bucket with Object Lock, or set OMNICARE_AUDIT_EXPORT_LOCK=off when something else keeps its objects from being changed.',
  },
  'export-unreachable': {
    kind: 'busy',
    says: (d: { bucket: string; why: string }) => `The bucket ${d.bucket} does not take the export: ${d.why}.`,
    remedy: 'Check the credentials and rights, OMNICARE_AUDIT_EXPORT_ENDPOINT and the network; it is tried again.',
  },
  'bad-submission': {
    kind: 'invalid',
    says: 'The submission to the witness is not text.',
    remedy: 'Send it as c2sp.org/tlog-witness has it.',
  },
})
