import { faults } from '#foundation/fault.ts'

export const fhirFaults = faults('fhir', {
  'not-json': {
    kind: 'invalid',
    says: (d: { line: number; column: number }) => `The body is not JSON: it can't be read past line ${d.line}, column ${d.column}.`,
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
})
