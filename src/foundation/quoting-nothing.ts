import { Fault } from './fault.ts'

/** Properties of errors that are chosen by whoever wrote the program, not by what it works on. */
const FACTS = ['code', 'constraint', 'routine'] as const

/**
 * What may be logged of an error.
 *
 * The messages of errors that nobody foresaw quote what was being worked on (`"Miller…" is not valid JSON`, `Key
 * (id)=(…) already exists`), and that may be a patient. Faults are written not to; those of the operating system name
 * addresses and paths. Of all others the class, the code and the places in our code are kept, which is what a mender needs.
 */
export function quotingNothing(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('something that is no error was thrown')
  if (error instanceof Fault || 'syscall' in error) return error
  const facts = FACTS.flatMap((name) => {
    const value = (error as { [key in typeof name]?: unknown })[name]
    return typeof value === 'string' ? [`${name} ${value}`] : []
  })
  const told = new Error(facts.length > 0 ? facts.join(', ') : 'its message is not logged')
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  told.stack = [`${error.name}: ${told.message}`, ...places].join('\n')
  // The class is read from here by whoever formats the error.
  Object.defineProperty(told, 'constructor', { value: error.constructor })
  return told
}
