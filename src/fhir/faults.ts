import { faults } from '#foundation/fault.ts'

export const fhirFaults = faults('fhir', {
  'not-json': {
    kind: 'invalid',
    says: (d: { line: number; column: number }) =>
      `The body is not JSON: it can't be read past line ${d.line}, column ${d.column}.`,
    remedy: 'Send one well-formed JSON object, in UTF-8.',
  },
  'not-an-object': {
    kind: 'invalid',
    says: 'The body is not a JSON object.',
    remedy: 'Send one FHIR resource: an object with a resourceType.',
  },
  'too-deep': {
    kind: 'invalid',
    says: (d: { most: number }) => `The body is nested more than ${d.most} levels deep.`,
    remedy: 'Send a resource of an ordinary depth; deep groups of items can be flattened or split.',
  },
  'too-complex': {
    kind: 'too-large',
    says: (d: { most: number }) => `What was sent has more than the ${d.most} values that it may have.`,
    remedy: 'Split it: a Bundle into several, a long list into resources that each hold a part of it.',
  },
  'member-twice': {
    kind: 'invalid',
    says: 'An object of the Bundle has two members with the same name.',
    remedy: 'Send each member once; which of the two is meant can not be known.',
  },
  'bad-patch': {
    kind: 'invalid',
    says: (d: { why: string }) => `The patch can't be read: ${d.why}.`,
    remedy:
      'Send a JSON Patch (RFC 6902) as application/json-patch+json, or a FHIRPath Patch as a Parameters resource.',
  },
  'patch-refused': {
    kind: 'unprocessable',
    says: (d: { index: number; why: string }) => `Operation ${d.index} of the patch ${d.why}; nothing was changed.`,
    remedy: 'Read the current version and make the patch against it.',
  },
})
