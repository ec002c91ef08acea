/** The names of FHIR JSON in Accept and `_format`, in lower case: https://hl7.org/fhir/R4/http.html#mime-type */
export const JSON_NAMES: ReadonlySet<string> = new Set([
  'application/fhir+json',
  'application/json',
  'text/json',
  'json',
])
