/**
 * JSON read and written without losing what a JavaScript number can't hold: `1.50` stays `1.50`.
 * FHIR R4: "implementations SHALL preserve the precision of decimals", https://hl7.org/fhir/R4/json.html#primitive
 */

/** A number whose own text is kept, because printing the JavaScript number would change it. */
interface ExactNumber {
  readonly rawJSON: string
}

declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber
    isRawJSON(value: unknown): value is ExactNumber
  }
}

/** Parses `text`; numbers that would not print as they were written become ExactNumber. `JSON.stringify` writes both. Slower than JSON.parse: not for the hot paths. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context: { source: string }) =>
    typeof value === 'number' && String(value) !== context.source ? JSON.rawJSON(context.source) : value) as (
    this: unknown,
    key: string,
    value: unknown,
  ) => unknown)
}
