import { faults } from '#foundation/fault.ts'

/** What the door itself refuses, before or around the work of a room. */
export const httpFaults = faults('http', {
  'no-token': {
    kind: 'unknown',
    says: 'The request carries no bearer token.',
    remedy: 'Send `Authorization: Bearer <token>`.',
  },
  'wrong-token': {
    kind: 'unknown',
    says: 'The bearer token is not one that is known here.',
    remedy: 'Send the current token; ask the operators when it has been changed.',
  },
  'not-parameters': {
    kind: 'invalid',
    says: 'The body of the operation is no Parameters resource.',
    remedy: 'Send {"resourceType":"Parameters","parameter":[{"name":"reason","valueString":"…"}]}.',
  },
  'bad-count': {
    kind: 'invalid',
    says: 'The value of _count is not a whole number of at most four digits.',
    remedy: 'Send a number such as _count=100.',
  },
  'not-for-role': {
    kind: 'forbidden',
    says: 'Your role does not allow this.',
    remedy: 'Ask somebody whose role is operator or administrator.',
  },
  'no-authorization-server': {
    kind: 'missing',
    says: 'Where access tokens are to be had is not known yet.',
    remedy: 'Try again in a moment; if this stays, tell the operators to look at /health of operations.',
  },
  'no-endpoint': {
    kind: 'missing',
    says: 'There is nothing at this address.',
    remedy: 'The FHIR base is /fhir/R4; GET /fhir/R4/metadata lists what it serves.',
  },
  'no-operations-endpoint': {
    kind: 'missing',
    says: 'There is nothing at this address.',
    remedy: 'Operations answers /health, /health/live, /health/ready and /metrics.',
  },
  'wrong-method': {
    kind: 'wrong-method',
    says: 'The method is not one that this address answers.',
    remedy: 'Use one of the methods in the Allow header.',
  },
  'bad-host': {
    kind: 'invalid',
    says: 'The Host header is missing or is not a host name with an optional port.',
    remedy: 'Send the host name and port of this server.',
  },
  'malformed-url': {
    kind: 'invalid',
    says: 'The address of the request cannot be read.',
    remedy: 'Encode each byte that is not a plain character as % and two hexadecimal digits.',
  },
  'malformed-request': {
    kind: 'invalid',
    says: 'What was received is not a whole and well-formed HTTP request.',
    remedy: 'Send HTTP/1.1 as RFC 9112 has it.',
  },
  'headers-too-large': {
    kind: 'too-large',
    says: 'The address and headers are longer than the server takes.',
    remedy: 'Send long searches as POST [type]/_search, with the parameters in the body.',
  },
  'too-slow': {
    kind: 'too-slow',
    says: 'The request did not arrive in time; nothing was changed.',
    remedy: 'Send it again over a faster connection, or in smaller parts.',
  },
  'body-too-large': {
    kind: 'too-large',
    says: 'The body is larger than the server takes; nothing was changed.',
    remedy: 'Send less at a time: split the Bundle, or store large attachments apart.',
  },
  'bad-length': {
    kind: 'invalid',
    says: 'The body is not as long as Content-Length says, or was cut off; nothing was changed.',
    remedy: 'Send the request again with the right Content-Length, or chunked.',
  },
  'unknown-encoding': {
    kind: 'wrong-media',
    says: 'The Content-Encoding is not one that the server can undo.',
    remedy: 'Send the body plain or with Content-Encoding: gzip.',
  },
  'bad-compression': {
    kind: 'invalid',
    says: 'The body is not whole gzip data.',
    remedy: 'Compress the body again, or send it plain.',
  },
  'no-body': {
    kind: 'invalid',
    says: 'The request has no body.',
    remedy: 'Send the resource as JSON.',
  },
  'not-utf-8': {
    kind: 'invalid',
    says: 'The body is not valid UTF-8.',
    remedy: 'Encode the text as UTF-8.',
  },
  'wrong-media': {
    kind: 'wrong-media',
    says: 'The Content-Type is not one that this interaction takes.',
    remedy: 'Send application/fhir+json in UTF-8, for FHIR 4.0.',
  },
  'wrong-patch-media': {
    kind: 'wrong-media',
    says: 'The Content-Type is not one of a patch.',
    remedy: 'Send application/json-patch+json, or a FHIRPath patch as Parameters in application/fhir+json.',
  },
  'wrong-form-media': {
    kind: 'wrong-media',
    says: 'The Content-Type is not that of a search.',
    remedy: 'Send the parameters as application/x-www-form-urlencoded in UTF-8.',
  },
  'not-acceptable': {
    kind: 'not-acceptable',
    says: 'The server speaks only FHIR 4.0 in JSON, which the request does not accept.',
    remedy: 'Send `Accept: application/fhir+json`, or _format=json.',
  },
  'unknown-type': {
    kind: 'missing',
    says: 'The address names a resource type that FHIR R4 does not have.',
    remedy: 'Type names are written as in the specification, with their capitals: Patient, not patient.',
  },
  'unknown-operation': {
    kind: 'missing',
    says: 'The address names an operation that the server does not offer.',
    remedy: 'GET /fhir/R4/metadata lists the operations.',
  },
  'bad-id': {
    kind: 'invalid',
    says: 'The id in the address is not a FHIR id.',
    remedy: 'Use 1 to 64 letters, digits, hyphens or dots.',
  },
  'no-resource': {
    kind: 'missing',
    says: ({ type }: { type: string }) => `There is no ${type} with this id.`,
    remedy: 'Check the id, or search for the resource.',
  },
  'no-version': {
    kind: 'missing',
    says: ({ type }: { type: string }) => `There is no such version of this ${type}.`,
    remedy: 'The history of the resource lists its versions.',
  },
  deleted: {
    kind: 'gone',
    says: ({ type }: { type: string }) => `This ${type} has been deleted.`,
    remedy: 'Its earlier versions can be read from its history; an update brings it back.',
  },
  'malformed-query': {
    kind: 'invalid',
    says: 'The parameters cannot be read.',
    remedy: 'Encode them as UTF-8, each special byte as % and two hexadecimal digits.',
  },
  'too-many-parameters': {
    kind: 'too-large',
    says: ({ most }: { most: number }) => `The request has more than ${most} parameters.`,
    remedy: 'Join alternatives of one parameter with commas, or ask in several requests.',
  },
  'unknown-parameter': {
    kind: 'invalid',
    says: 'The request has a parameter that this interaction does not know.',
    remedy: 'Leave it out, or leave out `Prefer: handling=strict` to have it ignored.',
  },
  'bad-mode': {
    kind: 'invalid',
    says: 'The value of mode is not one that this interaction knows.',
    remedy: 'Use full, normative or terminology.',
  },
  'no-criteria': {
    kind: 'invalid',
    says: 'The request names neither an id nor search parameters to find the resource by.',
    remedy: 'Add an id to the address, or search parameters such as ?identifier=system|value.',
  },
  'bad-if-match': {
    kind: 'invalid',
    says: 'If-Match is neither the ETag of one version nor *.',
    remedy: 'Send the ETag as it was received, such as W/"3", or * for any version.',
  },
  'bad-if-none-match': {
    kind: 'invalid',
    says: 'If-None-Match of an update can only be *.',
    remedy: 'Send * to create only, or use If-Match with an ETag.',
  },
  'unusable-if-match': {
    kind: 'invalid',
    says: 'If-Match cannot be used in a conditional delete; nothing was deleted.',
    remedy: 'Find the resource by a search, and delete it by its id with If-Match.',
  },
  'bad-if-none-exist': {
    kind: 'invalid',
    says: 'If-None-Exist holds no search parameters, or those of another type.',
    remedy: 'Send what would follow the ? of a search, such as identifier=system|value.',
  },
  'bad-idempotency-key': {
    kind: 'invalid',
    says: 'The Idempotency-Key is not 1 to 200 printable ASCII characters.',
    remedy: 'Send a UUID, a new one for each Bundle.',
  },
  'bad-security-context': {
    kind: 'invalid',
    says: 'X-Security-Context is not a reference to a resource.',
    remedy: 'Send it as Type/id, such as Patient/123.',
  },
  'trail-is-read-only': {
    kind: 'wrong-method',
    says: 'AuditEvents are written by OmniCare itself, as things are done; nobody can store, change or delete one.',
    remedy: 'Read them with GET, or search them with GET or POST AuditEvent/_search.',
  },
  'trail-has-no-history': {
    kind: 'missing',
    says: 'An AuditEvent has no other version: none is ever changed.',
    remedy: 'Read it by its id alone.',
  },
  'trail-away': {
    kind: 'busy',
    says: 'The audit trail can not be asked now: operations, which keeps it, does not answer. It goes on being recorded.',
    remedy: 'Ask again in a moment; if this stays, tell the operators to look at /health of operations.',
  },
  'not-among': {
    kind: 'invalid',
    says: ({ name, words }: { name: string; words: string }) => `The value of ${name} is not one of: ${words}.`,
    remedy: 'Give one of them, or several separated by commas.',
  },
  'no-such-form': {
    kind: 'not-acceptable',
    says: 'The report is not made in the form that the request asks for.',
    remedy: 'Ask for format=json, text or pdf, or accept application/json, text/plain or application/pdf.',
  },
  unexpected: {
    kind: 'broken',
    says: ({ requestId }: { requestId: string }) => `Something failed in the server. The request's id is ${requestId}.`,
    remedy: 'Tell the operators the id: their log has the cause.',
  },
})
