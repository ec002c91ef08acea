/**
 * Settings as data: name, meaning, unit, bounds and default in one place. docs/settings.md is printed from it.
 *
 * All mistakes are told at once: an operator at night wants one restart, not five.
 */
import { Fault, type Problem } from './fault.ts'

export interface Setting<T> {
  readonly env: `OMNICARE_${string}`
  readonly means: string
  readonly unit?: string
  /** In words, or the value as it would be written. */
  readonly fallback: T
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

/** Reads every setting of `catalogue`: the environment first, then `file`, then the default. Throws `settings/mistakes` with all of them. */
export function readSettings<C extends Catalogue>(
  catalogue: C,
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>> = {},
): Values<C> {
  const problems: Problem[] = []
  const known = new Set(Object.values(catalogue).map((setting) => setting.env as string))
  const given = { ...strings(file), ...env }
  for (const name of Object.keys(given)) {
    if (!name.startsWith('OMNICARE_') || known.has(name)) continue
    const near = closest(name, [...known])
    problems.push({
      code: 'value',
      says: `${name} is no setting${near === undefined ? '' : `; did you mean ${near}?`}`,
    })
  }
  const values = Object.entries(catalogue).map(([key, { env: name, parse, fallback }]) => {
    const value = given[name]
    if (value === undefined || value === '') return [key, fallback]
    try {
      return [key, parse(value)]
    } catch (error) {
      // The value is not repeated: it may be a secret in the wrong place.
      problems.push({ code: 'value', says: `${name} ${(error as Error).message}` })
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

const strings = (file: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(file).map(([key, value]) => [key, String(value)]))

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
