import { nowMilliseconds } from '#foundation/clock.ts'
import { newId } from '#foundation/ids.ts'
import { type Caller, type Deed, MOST_REFERENCES, type Plane } from '../terms.ts'

/** What is known before it is known what is there. */
export type Opening = Pick<Deed, 'action' | 'outcome' | 'status' | 'code' | 'reason'>

/** The entry of a deed (`AuditEntry`) as its text. By hand: every request has one, and waits for it. */
export function entryText(plane: Plane, caller: Caller, deed: Deed): string {
  const { resources, patients, query } = deed
  const more = beyond(resources) + beyond(patients)
  return `${openingText(plane, caller, deed)},"resources":${list(resources)},"patients":${list(patients)}${
    more === 0 ? '' : `,"more":${more}`
  }${query === undefined ? '' : `,"query":${quote(query)}`}}`
}

/** The same up to what it is about, which PostgreSQL may write as it finds it: `entryEnd`. */
export function openingText(plane: Plane, caller: Caller, { action, outcome, status, code, reason }: Opening): string {
  const why = reason ?? caller.reason
  return `{"v":1,"id":"${newId()}","at":"${now()}","plane":"${plane}","action":"${action}","outcome":"${
    outcome ?? 'success'
  }","status":${status},"request":${quote(caller.request)},${who(caller)},"breakGlass":${caller.breakGlass}${
    code === undefined ? '' : `,"code":${quote(code)}`
  }${why === undefined ? '' : `,"reason":${quote(why)}`}`
}

const quote = (text: string): string => JSON.stringify(text)

const beyond = ({ length }: readonly string[]): number => Math.max(0, length - MOST_REFERENCES)

const list = (references: readonly string[]): string =>
  JSON.stringify(references.length > MOST_REFERENCES ? references.slice(0, MOST_REFERENCES) : references)

let last: Pick<Caller, 'actor' | 'role' | 'purpose' | 'address' | 'agent'> | undefined
let lastWho = ''

/** Who asked often asks again. */
function who(caller: Caller): string {
  const { actor, role, purpose, address, agent } = caller
  const same =
    actor === last?.actor &&
    agent === last.agent &&
    address === last.address &&
    role === last.role &&
    purpose === last.purpose
  if (!same) {
    last = { actor, role, purpose, address, agent }
    lastWho = `"actor":${JSON.stringify(actor)},"role":${quote(role)},"purpose":${quote(purpose)},"address":${quote(address)},"agent":${quote(agent)}`
  }
  return lastWho
}

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
