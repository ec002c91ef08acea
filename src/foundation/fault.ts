/**
 * Every way the hospital can say no, and how each door says it.
 *
 * A kind decides the HTTP status, the FHIR issue type, the HL7 v2 acknowledgement
 * and the exit status, here and nowhere else. A room adds codes, never kinds.
 *
 * Sources: FHIR R4 http.html and valueset-issue-type; HL7 v2.5.1 table 0008.
 */
export const KINDS = {
  invalid: { http: 400, issue: 'invalid', ack: 'AE', exit: 2, retry: false },
  unprocessable: { http: 422, issue: 'processing', ack: 'AE', exit: 2, retry: false },
  unsupported: { http: 422, issue: 'not-supported', ack: 'AR', exit: 2, retry: false },
  'not-acceptable': { http: 406, issue: 'not-supported', ack: 'AR', exit: 2, retry: false },
  'wrong-media': { http: 415, issue: 'not-supported', ack: 'AR', exit: 2, retry: false },
  'wrong-method': { http: 405, issue: 'not-supported', ack: 'AR', exit: 2, retry: false },
  'too-large': { http: 413, issue: 'too-long', ack: 'AR', exit: 2, retry: false },
  'too-slow': { http: 408, issue: 'timeout', ack: 'AR', exit: 75, retry: true },
  unknown: { http: 401, issue: 'login', ack: 'AR', exit: 3, retry: false },
  forbidden: { http: 403, issue: 'forbidden', ack: 'AR', exit: 3, retry: false },
  missing: { http: 404, issue: 'not-found', ack: 'AE', exit: 1, retry: false },
  gone: { http: 410, issue: 'deleted', ack: 'AE', exit: 1, retry: false },
  conflict: { http: 409, issue: 'conflict', ack: 'AE', exit: 1, retry: false },
  stale: { http: 412, issue: 'conflict', ack: 'AE', exit: 1, retry: false },
  ambiguous: { http: 412, issue: 'multiple-matches', ack: 'AE', exit: 1, retry: false },
  limited: { http: 429, issue: 'throttled', ack: 'AR', exit: 75, retry: true },
  busy: { http: 503, issue: 'transient', ack: 'AR', exit: 75, retry: true },
  costly: { http: 503, issue: 'too-costly', ack: 'AR', exit: 75, retry: false },
  broken: { http: 500, issue: 'exception', ack: 'AR', exit: 70, retry: false },
} as const

export type Kind = keyof typeof KINDS

/** One thing that is wrong with what was sent. Never repeats what was sent: it may be patient data. */
export interface Problem {
  /** FHIR issue type: http://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly code: string
  /** FHIRPath of the element, as in `Patient.name[0].family`; absent when the whole is meant. */
  readonly expression?: string
  readonly says: string
}

/** A fault lists so many: whoever has to mend more than these does not read on. */
export const MOST_PROBLEMS = 50

/** The code system of fault codes, as FHIR names it in OperationOutcome.issue.details. */
const FAULT_CODES = 'urn:omnicare:fault'

/** A refusal. Thrown by any room; each door says it in its own language by `KINDS[fault.kind]`. */
export class Fault extends Error {
  readonly kind: Kind
  /** `room/what-happened`, permanent: clients, alerts and runbooks refer to it. */
  readonly code: string
  /** What the reader can do now. */
  readonly remedy: string
  /** Several findings about one input, when there are any; at most MOST_PROBLEMS. */
  readonly problems: readonly Problem[]
  /** How many more there are. */
  readonly unlisted: number
  /** When trying again is of use, where that is known. */
  readonly waitSeconds: number | undefined

  constructor(
    kind: Kind,
    code: string,
    says: string,
    remedy: string,
    problems: readonly Problem[] = [],
    unlisted = 0,
    waitSeconds?: number,
  ) {
    super(says)
    this.name = 'Fault'
    this.kind = kind
    this.code = code
    this.remedy = remedy
    this.problems = problems.slice(0, MOST_PROBLEMS)
    this.unlisted = unlisted + problems.length - this.problems.length
    this.waitSeconds = waitSeconds
  }
}

interface Entry<D> {
  readonly kind: Kind
  readonly says: string | ((details: D) => string)
  readonly remedy: string
  readonly waitSeconds?: (details: D) => number
}

type Makers<T> = {
  readonly [C in keyof T]: T[C] extends { says: (details: infer D) => string }
    ? (details: D, problems?: readonly Problem[], unlisted?: number) => Fault
    : (details?: undefined, problems?: readonly Problem[], unlisted?: number) => Fault
}

/** Declares the faults of one room: a maker for each code, which takes the details its sentence needs. */
// biome-ignore lint/suspicious/noExplicitAny: each entry has details of its own shape; Makers recovers it.
export function faults<T extends Record<string, Entry<any>>>(room: string, table: T): Makers<T> {
  const makers: Record<string, (details: unknown, problems?: readonly Problem[], unlisted?: number) => Fault> = {}
  for (const [code, { kind, says, remedy, waitSeconds }] of Object.entries(table)) {
    makers[code] = (details, problems, unlisted) => {
      const said = typeof says === 'function' ? says(details) : says
      return new Fault(kind, `${room}/${code}`, said, remedy, problems, unlisted, waitSeconds?.(details))
    }
  }
  return makers as Makers<T>
}

/** An issue of a FHIR OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information'
  readonly code: string
  readonly details: { readonly coding?: readonly { system: string; code: string }[]; readonly text: string }
  readonly diagnostics?: string
  readonly expression?: readonly string[]
}

/** Every problem of a fault is an issue of its own, and how many more there are the last; a fault without problems is one. */
export function issuesOf({ kind, code: faultCode, message, remedy, problems, unlisted }: Fault): Issue[] {
  const issue = (severity: Issue['severity'], { code, says, expression }: Problem): Issue => ({
    severity,
    code,
    details: { coding: [{ system: FAULT_CODES, code: faultCode }], text: says },
    diagnostics: `${says} ${remedy}`,
    ...(expression === undefined ? {} : { expression: [expression] }),
  })
  const found = problems.length > 0 ? problems : [{ code: KINDS[kind].issue, says: message }]
  const issues = found.map((problem) => issue(kind === 'broken' ? 'fatal' : 'error', problem))
  if (unlisted === 0) return issues
  const says = unlisted === 1 ? 'There is one more problem.' : `There are ${unlisted} more problems.`
  return [...issues, issue('information', { code: 'informational', says })]
}
