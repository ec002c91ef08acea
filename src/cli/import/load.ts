/** Loads units in parallel and keeps the account of what became of each. */
import { type Answer, send, type Target } from './send.ts'
import type { Unit } from './units.ts'

interface Refusal {
  readonly from: string
  readonly why: readonly string[]
}

export interface Account {
  units: number
  /** Units that the hospital had already. */
  there: number
  /** Resources by type. */
  readonly loaded: Map<string, number>
  readonly refused: Refusal[]
}

export const newAccount = (): Account => ({ units: 0, there: 0, loaded: new Map(), refused: [] })

/** Refused because of what may still come: it is tried again when everything else is there. */
const EARLY = new Set(['record/no-match', 'record/unknown-reference'])
/** Characters of early units that are kept for later; what is beyond that is refused at once. */
const MOST_KEPT = 256 * 1024 * 1024

interface Early {
  readonly unit: Unit
  readonly answer: Answer
}

/**
 * Loads `units`, `parallel` at a time, into `account`; `tell` hears of each that is done.
 *
 * A unit that refers to what isn't there yet waits until all others have been sent, and again as long as that helps.
 */
export async function load(
  units: AsyncIterable<Unit> | Iterable<Unit>,
  target: Target,
  parallel: number,
  tell: () => void,
  account: Account = newAccount(),
): Promise<Account> {
  let early = await round(units, target, parallel, tell, account)
  while (early.length > 0) {
    const again = await round(
      early.map(({ unit }) => unit),
      target,
      parallel,
      tell,
      account,
    )
    if (again.length === early.length) break
    early = again
  }
  for (const { unit, answer } of early) account.refused.push({ from: unit.from, why: reasons(answer) })
  return account
}

/** Sends each unit once; gives those that came too early. */
async function round(
  units: AsyncIterable<Unit> | Iterable<Unit>,
  target: Target,
  parallel: number,
  tell: () => void,
  account: Account,
): Promise<Early[]> {
  const early: Early[] = []
  let kept = 0
  const stop = new AbortController()

  const one = async (unit: Unit): Promise<void> => {
    const { outcome, answer } = await send(target, unit.text, stop.signal)
    if (outcome === 'there') account.there++
    else if (outcome === 'loaded') count(answer, account)
    // One by one, so that only what is wrong is left out.
    else if (unit.parts !== undefined && unit.parts.length > 1) for (const part of unit.parts) await one(part)
    else if (isEarly(answer) && kept + unit.text.length < MOST_KEPT) {
      kept += unit.text.length
      early.push({ unit, answer })
    } else account.refused.push({ from: unit.from, why: reasons(answer) })
  }

  const queue = (async function* () {
    yield* units
  })()
  const work = async () => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
      const before = early.length
      await one(next.value)
      if (early.length === before) account.units++
      tell()
    }
  }
  // What ends one, such as a token that is refused, ends all: none is left sending when this throws.
  const end = (error: unknown) => stop.abort(error)
  await Promise.all(Array.from({ length: parallel }, () => work().catch(end)))
  stop.signal.throwIfAborted()
  return early
}

function count({ entry = [] }: Answer, { loaded }: Account): void {
  for (const { response } of entry) {
    const type = /\/([A-Z][A-Za-z]+)\/[^/]+\/_history\/\d+$/.exec(response?.location ?? '')?.[1]
    if (type !== undefined) loaded.set(type, (loaded.get(type) ?? 0) + 1)
  }
}

const isEarly = ({ issue = [] }: Answer): boolean =>
  issue.length > 0 && issue.every(({ details }) => EARLY.has(details?.coding?.[0]?.code ?? ''))

const reasons = ({ issue = [] }: Answer): string[] =>
  issue.map(({ diagnostics = '', expression }) =>
    expression?.[0] === undefined ? diagnostics : `${expression[0]}: ${diagnostics}`,
  )
