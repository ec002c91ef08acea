import { nowMilliseconds } from '#foundation/clock.ts'
import { newId } from '#foundation/ids.ts'
import { type Caller, type Deed, MOST_REFERENCES, type Plane } from '../terms.ts'

/** The entry of a deed (`AuditEntry`) as its text. By hand: every request has one, and waits for it. */
export function entryText(plane: Plane, caller: Caller, deed: Deed): string {
  const { request, actor, role, purpose, address, agent, breakGlass } = caller
  const { action, resources, patients, query, outcome = 'success', status, code } = deed
  const reason = deed.reason ?? caller.reason
  const more = beyond(resources) + beyond(patients)
  return `{"v":1,"id":"${newId()}","at":"${now()}","plane":"${plane}","request":${quote(request)},"actor":${JSON.stringify(
    actor,
  )},"role":${quote(role)},"purpose":${quote(purpose)},"action":"${action}","resources":${list(resources)},"patients":${list(
    patients,
  )}${more === 0 ? '' : `,"more":${more}`}${query === undefined ? '' : `,"query":${quote(query)}`},"outcome":"${outcome}","status":${status}${
    code === undefined ? '' : `,"code":${quote(code)}`
  },"address":${quote(address)},"agent":${quote(agent)},"breakGlass":${breakGlass}${
    reason === undefined ? '' : `,"reason":${quote(reason)}`
  }}`
}

const quote = (text: string): string => JSON.stringify(text)

const beyond = ({ length }: readonly string[]): number => Math.max(0, length - MOST_REFERENCES)

const list = (references: readonly string[]): string =>
  JSON.stringify(references.length > MOST_REFERENCES ? references.slice(0, MOST_REFERENCES) : references)

let lastMs = 0
let lastText = ''

/** Many entries are of the same millisecond. */
function now(): string {
  const ms = nowMilliseconds()
  if (ms !== lastMs) {
    lastMs = ms
    lastText = new Date(ms).toISOString()
  }
  return lastText
}
