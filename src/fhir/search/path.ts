/**
 * The paths of search parameters: the small part of FHIRPath in which the official expressions are written, resolved
 * against the definitions. Done once for each type; what it gives needs no FHIRPath any more.
 */
import type { ElementEntry } from '../structure/artefact.ts'
import { elementsOf, jsonNames } from '../structure/structure.ts'

export interface Step {
  /** Members to follow, each with its type: several for a choice. */
  readonly names: readonly { readonly name: string; readonly type: string; readonly element: ElementEntry }[]
  readonly many: boolean
  /** Only what has this member with this value. */
  readonly only?: readonly [member: string, value: string]
  /** Only the first. */
  readonly first?: boolean
}

export interface Path {
  readonly steps: readonly Step[]
  /** Only references to this type. */
  readonly target: string | undefined
  /** The token of a resource that has nothing there. */
  readonly otherwise?: string
}

/** Resolves each term of `expression` for `type`. A term that R4 does not define for the type gives nothing. */
export function pathsOf(type: string, expression: string): Path[] {
  return expression.split(' | ').flatMap((term) => {
    const path = termPath(type, term)
    return path === undefined ? [] : [path]
  })
}

const DECEASED = /^(\w+)\.deceased\.exists\(\) and \1\.deceased != false$/
const PART = /\.?(?:([a-z_]\w*)\('([^']*)'\)|where\(([^()]*(?:\(\)[^()]*)?)\)|(?:as|ofType)\((\w+)\)|\[(\d+)\]|(\w+))/y

function termPath(type: string, written: string): Path | undefined {
  if (DECEASED.test(written))
    return { steps: [choice(type, 'deceased')].flatMap((step) => step ?? []), target: undefined, otherwise: 'false' }
  // `(Observation.value as Quantity).code` as `Observation.value.as(Quantity).code`
  const term = written.replace(/^\(?([\w.]+) as (\w+)\)?/, '$1.as($2)')
  const steps: Step[] = []
  let target: string | undefined
  let holders = [type]
  PART.lastIndex = type.length
  while (PART.lastIndex < term.length) {
    const match = PART.exec(term)
    if (match === null) return undefined
    const [, called, argument, condition, as, index, name] = match
    const last = steps.at(-1)
    if (name !== undefined) {
      const step = stepInto(holders, name)
      if (step === undefined) return undefined
      steps.push(step)
    } else if (called === 'extension' && argument !== undefined) {
      const extension = stepInto(holders, 'extension')
      const value = choice('Extension', 'value')
      if (extension === undefined || value === undefined) return undefined
      steps.push({ ...extension, only: ['url', argument] }, value)
    } else if (last === undefined) return undefined
    else if (as !== undefined) steps[steps.length - 1] = { ...last, names: last.names.filter((one) => one.type === as) }
    else if (index === '0') steps[steps.length - 1] = { ...last, first: true, many: false }
    else if (condition !== undefined) {
      const resolved = /^resolve\(\) is (\w+)$/.exec(condition)?.[1]
      const equals = /^(\w+)\s*=\s*'([^']*)'$/.exec(condition)
      if (resolved !== undefined) target = resolved
      else if (equals !== null) steps[steps.length - 1] = { ...last, only: [equals[1] as string, equals[2] as string] }
      else return undefined
    } else return undefined
    holders = steps.at(-1)?.names.map((one) => one.type) ?? []
  }
  return { steps, target }
}

const elementIn = (holder: string, name: string): ElementEntry | undefined =>
  elementsOf(holder).find((entry) => entry.n === name)

function choice(holder: string, name: string): Step | undefined {
  const entry = elementIn(holder, name)
  return (
    entry && {
      names: jsonNames(entry).map(({ name: member, type }) => ({ name: member, type, element: entry })),
      many: entry.many === 1,
    }
  )
}

function stepInto(holders: readonly string[], name: string): Step | undefined {
  const found = holders.map((holder) => choice(holder, name)).filter((step) => step !== undefined)
  const [first] = found
  return first && { names: first.names, many: found.some((step) => step.many) }
}
