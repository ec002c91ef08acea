import { faults } from '#foundation/fault.ts'

export const recordFaults = faults('record', {
  'unreadable-id': {
    kind: 'invalid',
    // The id is not repeated: people type names and record numbers where an id belongs.
    says: (d: { length: number }) => `The id sent (${d.length} characters) is not a FHIR id.`,
    remedy: 'Use 1 to 64 letters, digits, hyphens or dots.',
  },
  'unknown-type': {
    kind: 'missing',
    says: 'There is no such resource type in FHIR R4.',
    remedy: 'Look at the CapabilityStatement at [base]/metadata for the types; they begin with a capital letter.',
  },
  'not-permitted': {
    kind: 'forbidden',
    says: 'Your role, or what was granted to the program that you use, does not allow this.',
    remedy:
      'Ask whoever manages roles here; in an emergency a clinician may open a chart by [base]/Patient/[id]/$break-glass.',
  },
  'no-reason': {
    kind: 'invalid',
    says: 'A chart is opened in an emergency only with a reason.',
    remedy: 'Send Parameters with a parameter `reason` of 10 to 500 characters.',
  },
  'kept-elsewhere': {
    kind: 'forbidden',
    says: 'AuditEvents are not stored in the record: OmniCare writes the audit trail itself, as things are done.',
    remedy: 'Leave them out; read and search them at [base]/AuditEvent, by themselves and not within a Bundle.',
  },
  'invalid-resource': {
    kind: 'unprocessable',
    says: ({ problems, resources = 1 }: { problems: number; resources?: number }) => {
      if (resources > 1) return `${resources} resources of the Bundle have ${problems} problems.`
      return problems === 1 ? 'The resource has a problem.' : `The resource has ${problems} problems.`
    },
    remedy: 'Mend what the issues name and send it again.',
  },
  'other-type': {
    kind: 'invalid',
    says: (d: { expected: string }) => `The body is not the ${d.expected} that the address asks for.`,
    remedy: 'Make resourceType and the type in the URL the same.',
  },
  'other-id': {
    kind: 'invalid',
    says: 'The id in the body is not the id in the URL.',
    remedy: 'Send the resource with the id under which it is to be stored.',
  },
  'missing-id': {
    kind: 'invalid',
    says: 'The resource to be updated has no id.',
    remedy: 'Put the id of the URL into the body, or use POST to create a resource.',
  },
  'stale-version': {
    kind: 'stale',
    says: (d: { held: number | undefined }) =>
      d.held === undefined
        ? 'The request names a version of a resource that does not exist.'
        : `The resource is at version ${d.held}; the request was made against another.`,
    remedy: 'Read the current version, apply the change to it, and send it with its ETag.',
  },
  'nothing-there': {
    kind: 'stale',
    says: 'The request is made for a resource that exists, and there is none.',
    remedy: 'Check the id, or leave If-Match out to create it.',
  },
  'already-there': {
    kind: 'stale',
    says: 'A resource with this id exists already.',
    remedy: 'Read it, or leave If-None-Match out to update it.',
  },
  'several-matches': {
    kind: 'ambiguous',
    says: 'The criteria match more than one resource.',
    remedy: 'Make the criteria more selective, for instance with an identifier.',
  },
  'no-criteria': {
    kind: 'stale',
    says: 'The criteria of the conditional request select nothing in particular.',
    remedy: 'Give at least one search parameter with a value that this server supports.',
  },
  'no-match': {
    kind: 'missing',
    says: 'No resource matches the criteria.',
    remedy: 'Check the criteria, or create the resource first.',
  },
  'unknown-instance': {
    kind: 'missing',
    says: 'There is no resource with this id.',
    remedy: 'Check the id, or search for the resource.',
  },
  'deleted-instance': {
    kind: 'gone',
    says: 'The resource has been deleted.',
    remedy: 'Its earlier versions can still be read in its history.',
  },
  'unknown-reference': {
    kind: 'unprocessable',
    says: 'The resource refers to others that do not exist here.',
    remedy: 'Store what it refers to first, or in the same transaction. OMNICARE_REFERENCES=off turns this check off.',
  },
  contended: {
    kind: 'conflict',
    says: 'Others kept changing the resource while this request tried to.',
    remedy: 'Try again in a few seconds.',
  },
  'bad-parameter': {
    kind: 'invalid',
    // Search values name patients: they are described, not repeated. The parameter is one of the definitions' own.
    says: (d: { parameter: string; expected: string }) => `The value of ${d.parameter} is not ${d.expected}.`,
    remedy: 'Correct the value; https://hl7.org/fhir/R4/search.html has the forms.',
  },
  'unknown-parameter': {
    kind: 'invalid',
    says: 'The request has search parameters or modifiers that this server cannot act on.',
    remedy: 'Leave them out, or look at [base]/metadata for those of the type. Prefer: handling=lenient ignores them.',
  },
  'unknown-modifier': {
    kind: 'invalid',
    says: 'The request has modifiers of search parameters that this server cannot act on.',
    remedy: 'Leave the modifier out, or use another; https://hl7.org/fhir/R4/search.html#modifiers has their meaning.',
  },
  'too-many-values': {
    kind: 'invalid',
    says: (d: { most: number }) => `The search names more values of a kind than the ${d.most} that it may.`,
    remedy: 'Ask in several searches.',
  },
  'query-too-long': {
    kind: 'too-large',
    says: (d: { longest: number }) =>
      `The search parameters are longer than the ${d.longest} characters that they may be.`,
    remedy: 'Ask in several searches, or send one as POST [type]/_search.',
  },
  'bad-cursor': {
    kind: 'invalid',
    says: 'The page address is not one that this server made.',
    remedy: 'Follow the links of the first page as they are.',
  },
  'type-needed': {
    kind: 'invalid',
    says: 'A search over the whole system needs one type.',
    remedy: 'Add it, as in _type=Patient, or search at [base]/[type].',
  },
  'not-a-bundle': {
    kind: 'invalid',
    says: 'Only a Bundle of type batch or transaction can be sent to the base address.',
    remedy: 'Send a single resource to [base]/[type].',
  },
  'bad-entry': {
    kind: 'invalid',
    says: (d: { index: number; why: string }) => `Bundle.entry[${d.index}]: ${d.why}`,
    remedy:
      'Mend the entry and send it again. Of a transaction nothing was carried out; of a batch the other entries were.',
  },
  'same-resource-twice': {
    kind: 'invalid',
    says: (d: { index: number }) => `Bundle.entry[${d.index}] changes a resource that an earlier entry changes too.`,
    remedy: 'A transaction may change each resource once: join the entries, or send a batch.',
  },
  'too-many-entries': {
    kind: 'too-large',
    says: (d: { most: number }) => `The Bundle has more than ${d.most} entries.`,
    remedy: 'Send it in several Bundles.',
  },
  'too-many-conditional-references': {
    kind: 'too-large',
    says: (d: { most: number }) => `The Bundle has more than ${d.most} different conditional references.`,
    remedy: 'Refer by Type/id where the id is known, or send it in several Bundles.',
  },
  'bad-patch': {
    kind: 'invalid',
    says: 'The entry is no patch that this server knows.',
    remedy: 'Send Parameters with a FHIRPath Patch, or a Binary with contentType application/json-patch+json.',
  },
  'not-json': {
    kind: 'not-acceptable',
    says: 'The entry asks for another format than JSON.',
    remedy: 'Leave _format out; what a Bundle is answered with is in the format of the Bundle.',
  },
  unforeseen: {
    kind: 'broken',
    says: 'Something failed in the server while it carried out the entry; the others were carried out.',
    remedy: 'Read what the entry was to change before sending it again; the log of the operators has the cause.',
  },
  'key-used': {
    kind: 'unprocessable',
    says: 'The Idempotency-Key was used before, for another Bundle; nothing was carried out.',
    remedy: 'Send each Bundle with a key of its own.',
  },
  'key-in-use': {
    kind: 'conflict',
    says: 'Another request with the same Idempotency-Key is under way.',
    remedy: 'Wait for its answer, then send this one again.',
  },
})
