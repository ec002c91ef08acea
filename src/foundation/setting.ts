/**
 * Settings as data: name, meaning, unit, bounds and default in one place. docs/settings.md is printed from it.
 *
 * All mistakes are told at once: an operator at night wants one restart, not five.
 */
import { resolve } from 'node:path'
import { Fault, type Problem } from './fault.ts'
import type { SettingFile } from './setting-file.ts'

export interface Setting<T> {
  readonly env: `OMNICARE_${string}`
  readonly means: string
  readonly unit?: string
  readonly fallback: T
  /** The default in words, where the value itself differs from machine to machine. */
  readonly fallbackSays?: string
  /** Kept out of files that everybody may read. */
  readonly secret?: true
  /** Throws an Error that says what the value must be. */
  readonly parse: (text: string) => T
  readonly form: string
}

// biome-ignore lint/suspicious/noExplicitAny: a catalogue holds settings of every type; Values recovers each.
export type Catalogue = Readonly<Record<string, Setting<any>>>
export type Values<C extends Catalogue> = { readonly [K in keyof C]: C[K] extends Setting<infer T> ? T : never }

type Parser<T> = Pick<Setting<T>, 'parse' | 'form'>

export function wholeNumber(least: number, most: number): Parser<number> {
  const form = `a whole number from ${least} to ${most}`
  return {
    form,
    parse(text) {
      const value = Number(text)
      if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`must be ${form}`)
      return value
    },
  }
}

export function choice<T extends string>(...choices: readonly T[]): Parser<T> {
  const form = `one of ${choices.join(', ')}`
  return {
    form,
    parse(text) {
      const value = choices.find((one) => one === text)
      if (value === undefined) throw new Error(`must be ${form}`)
      return value
    },
  }
}

export function text(form: string, pattern: RegExp): Parser<string> {
  return {
    form,
    parse(given) {
      if (!pattern.test(given)) throw new Error(`must be ${form}`)
      return given
    },
  }
}

/** A path, made absolute: whoever is started from here may stand in another folder. */
export const path: Parser<string> = { form: 'a path', parse: (given) => resolve(given) }

/**
 * Reads every setting of `catalogue`: from the environment, else from `file`, else the default; what is empty is not
 * given. Throws `settings/mistakes` with all of them.
 */
export function readSettings<C extends Catalogue>(
  catalogue: C,
  env: Readonly<Record<string, string | undefined>>,
  file?: SettingFile,
): Values<C> {
  const known = Object.values(catalogue).map((setting) => setting.env as string)
  const problems = [
    ...(file?.problems ?? []),
    ...Object.keys(env).flatMap((name) => (name.startsWith('OMNICARE_') ? unknown(name, known, '') : [])),
    ...Object.keys(file?.values ?? {}).flatMap((name) => unknown(name, known, ` (${file?.name})`)),
  ]
  const values = Object.entries(catalogue).map(([key, { env: name, parse, fallback }]) => {
    const value = env[name] || file?.values[name]
    if (!value) return [key, fallback]
    try {
      return [key, parse(value)]
    } catch (error) {
      // The value is not repeated: it may be a secret in the wrong place.
      const where = env[name] ? '' : ` (${file?.name})`
      problems.push(problem(`${name} ${(error as Error).message}${where}`))
      return [key, fallback]
    }
  })
  if (problems.length > 0)
    throw new Fault(
      'invalid',
      'settings/mistakes',
      'The settings have mistakes:',
      'docs/settings.md lists every setting.',
      problems,
    )
  return Object.fromEntries(values) as Values<C>
}

export const problem = (says: string): Problem => ({ code: 'value', says })

function unknown(name: string, known: readonly string[], where: string): Problem[] {
  if (known.includes(name)) return []
  const near = closest(name, known)
  return [problem(`${name} is no setting${near === undefined ? '' : `; did you mean ${near}?`}${where}`)]
}

/** The name that is at most three letters away. */
function closest(name: string, names: readonly string[]): string | undefined {
  const [best] = names.map((one) => ({ one, away: distance(name, one) })).sort((a, b) => a.away - b.away)
  return best !== undefined && best.away <= 3 ? best.one : undefined
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
