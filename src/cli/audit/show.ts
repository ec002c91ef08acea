/** The trail as people and programs read it. */
import type { AuditEntry, FoundEntry } from '#audit'

/** One line for a person. */
export function lineOf({ index, entry, lost }: FoundEntry): string {
  const number = String(index).padStart(8)
  if (entry === undefined) return `${number}  can no longer be read`
  const { at, actor, action, resources, patients, outcome, status, address, breakGlass, reason } = entry
  const what = [...new Set([...patients, ...resources])].slice(0, 3).join(' ')
  const marks = [breakGlass ? 'BREAK GLASS' : '', lost ? 'of a time that was undone' : ''].filter((mark) => mark !== '')
  const parts = [
    number,
    at,
    actor.name ?? actor.id,
    action,
    what,
    `${outcome} ${status}`,
    address,
    ...marks,
    ...(reason ? [`(${reason})`] : []),
  ]
  // Callers chose some of these words; none may steer the terminal.
  return parts.join('  ').replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

const COLUMNS = [
  'index',
  'at',
  'plane',
  'request',
  'actor',
  'name',
  'role',
  'purpose',
  'action',
  'resources',
  'patients',
  'query',
  'outcome',
  'status',
  'code',
  'address',
  'agent',
  'breakGlass',
  'reason',
  'lost',
] as const

export const csvHead = (): string => COLUMNS.join(',')

/** https://www.rfc-editor.org/rfc/rfc4180 */
export function csvOf({ index, entry, lost }: FoundEntry): string {
  const flat: Record<string, unknown> = { ...entry, ...flatActor(entry), index, lost }
  return COLUMNS.map((column) => cell(flat[column])).join(',')
}

const flatActor = (entry: AuditEntry | undefined) => ({ actor: entry?.actor.id, name: entry?.actor.name })

/**
 * A spreadsheet takes a cell that begins like a formula for one: what callers sent must not become one.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : value === undefined ? '' : String(value)
  const tame = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame
}
