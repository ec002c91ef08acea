/** Why something was refused, in the words of whoever wrote it: they know lines and resources, not the Bundle around them. */
import { Fault } from '#foundation/fault.ts'
import { cliFaults } from '../faults.ts'
import type { Issue } from './answer.ts'
import type { Unit } from './unit.ts'

/** What the hospital says against `unit`, each with its place. */
export const reasonsOf = (issue: readonly Issue[], unit: Unit): string[] => issue.map((one) => reason(one, unit))

function reason({ diagnostics = '', expression, details }: Issue, { called, requestsMade }: Unit): string {
  const [, entry = '', says = diagnostics] = /^(?:(Bundle\.entry\[\d+\]): )?(.*)$/s.exec(diagnostics) ?? []
  const place = expression?.[0] ?? entry
  const where = called === undefined ? place : ofResource(place, called)
  // Made of a well-formed type and id, a request can only be wrong in naming a type that there is not.
  const unknown = requestsMade === true && details?.coding?.[0]?.code === 'record/bad-entry'
  const what = unknown ? textOf(cliFaults['unknown-type']()) : says.replace(BODY, 'The text')
  return where === '' ? what : `${where}: ${what}`
}

/** The place within a resource, or within an entry of a batch, that stands alone in a Bundle made here. */
const ofResource = (place: string, called: string): string =>
  place.replace(/^Bundle\.entry\[0\]\.resource\b/, called).replace(/^Bundle\.entry\[0\]\.?/, '')

/** What a fault says and what to do. */
export const textOf = ({ message, remedy }: Fault): string => `${message.replace(BODY, 'The text')} ${remedy}`

const BODY = /^The body\b/

/** Why a file was not read, or not to its end. Throws `error` when it is none that files can cause. */
export function whyUnread(error: unknown): string {
  if (error instanceof Fault) return textOf(error)
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) throw error
  return textOf(cliFaults.unreadable({ code }))
}
