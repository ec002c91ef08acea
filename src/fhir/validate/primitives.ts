/** The forms of the primitive types. https://hl7.org/fhir/R4/datatypes.html#primitive */
import { narrativeProblem } from './narrative.ts'

/** https://hl7.org/fhir/R4/datatypes.html#id */
export const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/

/** What a value should be, in words, when it isn't; undefined when it is. */
export type PrimitiveCheck = (value: unknown) => string | undefined

const DATE = /^(?!0000)[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$/
const DATE_TIME =
  /^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))$/
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?$/

/** Of what has a form of a few characters: on millions of them an expression with groups runs out of its stack and throws. */
const LONGEST_FORM = 1024

const text = (form: RegExp, wanted: string): PrimitiveCheck => {
  return (value) => (typeof value === 'string' && value.length <= LONGEST_FORM && form.test(value) ? undefined : wanted)
}

const whole = (low: number, high: number, wanted: string): PrimitiveCheck => {
  return (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high ? undefined : wanted
}

const isDate = (value: string): boolean => DATE.test(value) && isDay(value)

const isDateTime = (value: string): boolean => (DATE_TIME.test(value) ? isDay(value) : isDate(value))

/** Whether the day with which `value` begins exists, if it has one: there is no 30 February. */
function isDay(value: string): boolean {
  const day = Number(value.slice(8, 10))
  if (day <= 28) return true
  return day <= new Date(Date.UTC(2000 + (Number(value.slice(0, 4)) % 400), Number(value.slice(5, 7)), 0)).getUTCDate()
}

const stringIf = (holds: (value: string) => boolean, wanted: string): PrimitiveCheck => {
  return (value) => (typeof value === 'string' && holds(value) ? undefined : wanted)
}

const MOST_CHARACTERS = 1024 * 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: FHIR strings may not hold them.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
/** Characters that FHIR allows, and halves of none: PostgreSQL can't hold NUL, nor UTF-8 a lone surrogate. */
const isText = (value: string): boolean => !CONTROL.test(value) && value.isWellFormed()
const plain = stringIf(
  (value) => value.length > 0 && value.length <= MOST_CHARACTERS && isText(value),
  'a string of well-formed Unicode that is not empty, has no control characters and at most 1,048,576 characters',
)
const uri = stringIf((value) => /^\S+$/.test(value) && isText(value), 'a URI without spaces or control characters')
const NO_CODE = /^$|^ | {2}|[^\S ]| $/

export const PRIMITIVES: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  integer: whole(-2147483648, 2147483647, 'a whole number of 32 bits'),
  unsignedInt: whole(0, 2147483647, 'a whole number from 0 to 2,147,483,647'),
  positiveInt: whole(1, 2147483647, 'a whole number from 1 to 2,147,483,647'),
  decimal: (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'a JSON number'),
  string: plain,
  markdown: plain,
  uri,
  url: uri,
  canonical: uri,
  oid: text(/^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/, 'an OID such as urn:oid:1.2.3'),
  uuid: text(/^urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'a UUID such as urn:uuid:c757873d-…'),
  id: text(FHIR_ID, '1 to 64 letters, digits, hyphens or dots'),
  code: stringIf((value) => !NO_CODE.test(value) && isText(value), 'a code without leading, trailing or double spaces'),
  date: stringIf(isDate, 'a date: YYYY, YYYY-MM or YYYY-MM-DD'),
  dateTime: stringIf(isDateTime, 'a date, or a date and time with its offset, such as 2024-05-01T14:30:00Z'),
  instant: stringIf(
    (value) => value.includes('T') && isDateTime(value),
    'a time with seconds and offset, such as 2024-05-01T14:30:00Z',
  ),
  time: text(TIME, 'a time: hh:mm:ss'),
  base64Binary: stringIf(isBase64, 'base64'),
  xhtml: (value) =>
    typeof value === 'string' && isText(value) ? narrativeProblem(value) : 'an XHTML div of plain text',
}

/** White space is allowed between the characters, which some encoders put at line ends. */
function isBase64(value: string): boolean {
  const bare = /\s/.test(value) ? value.replace(/\s+/g, '') : value
  return bare.length > 0 && bare.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(bare)
}
