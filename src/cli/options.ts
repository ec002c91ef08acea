import { cliFaults } from './faults.ts'

export type Given = Readonly<Record<string, string | boolean | undefined>>

/** The whole number that an option was given. Throws `cli/bad-options`. */
export function wholeNumber(options: Given, name: string, least: number, most: number): number {
  const text = String(options[name])
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw cliFaults['bad-options']({ why: `--${name} takes a whole number from ${least} to ${most}` })
  return value
}
