/** Loads units in parallel and keeps the account of what became of each. */
import type { Issue } from './answer.ts'
import { type Connection, connectionTo } from './connection.ts'
import { reasonsOf } from './reasons.ts'
import { send, type Target } from './send.ts'
import type { Refusal, Unit } from './unit.ts'

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

type Units = AsyncIterable<Unit | Refusal> | Iterable<Unit | Refusal>

interface Early {
  readonly unit: Unit
  readonly refusal: Refusal
}

/** Whom to send to, how many at a time, and who hears of each that is done. */
interface Way {
  readonly connection: Connection
  readonly target: Target
  readonly parallel: number
  readonly tell: () => void
}

/**
 * Loads `units`, `parallel` at a time, into `account`; `tell` hears of each that is done.
 *
 * A unit that refers to what isn't there yet waits until all others have been sent, and again as long as that helps.
 */
export async function load(
  units: Units,
  target: Target,
  parallel: number,
  tell: () => void,
  account: Account = newAccount(),
): Promise<Account> {
  using connection = connectionTo(target.url, target.believed)
  const way = { connection, target, parallel, tell }
  let early = await round(units, way, account)
  while (early.length > 0) {
    const again = await round(
      early.map(({ unit }) => unit),
      way,
      account,
    )
    if (again.length === early.length) break
    early = again
  }
  account.refused.push(...early.map(({ refusal }) => refusal))
  return account
}

/** Sends each unit once; gives those that came too early. */
async function round(units: Units, { connection, target, parallel, tell }: Way, account: Account): Promise<Early[]> {
  const early: Early[] = []
  let kept = 0
  const stop = new AbortController()

  const one = async (unit: Unit): Promise<void> => {
    const body = typeof unit.text === 'string' ? Buffer.from(unit.text) : unit.text
    const { outcome, answer } = await send(connection, target, body, stop.signal)
    if (outcome === 'there') account.there++
    else if (outcome === 'loaded') {
      for (const [type, count] of answer.written) account.loaded.set(type, (account.loaded.get(type) ?? 0) + count)
      for (const { entry, issue } of answer.refused)
        account.refused.push({ from: `${unit.from} entry ${entry + 1}`, why: reasonsOf(issue, unit) })
    }
    // One by one, so that only what is wrong is left out.
    else if (unit.parts !== undefined) for (const part of unit.parts()) await one(part)
    else {
      const refusal = { from: unit.from, why: reasonsOf(answer.issue, unit) }
      if (isEarly(answer.issue) && kept + unit.text.length < MOST_KEPT) {
        kept += unit.text.length
        early.push({ unit, refusal })
      } else account.refused.push(refusal)
    }
  }

  const queue = (async function* () {
    yield* units
  })()
  const work = async () => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
      if ('why' in next.value) account.refused.push(next.value)
      else {
        const before = early.length
        await one(next.value)
        if (early.length === before) account.units++
      }
      tell()
    }
  }
  // What ends one, such as a token that is refused, ends all: none is left sending when this throws.
  const end = (error: unknown) => {
    stop.abort(error)
    connection[Symbol.dispose]()
  }
  await Promise.all(Array.from({ length: parallel }, () => work().catch(end)))
  stop.signal.throwIfAborted()
  return early
}

const isEarly = (issue: readonly Issue[]): boolean =>
  issue.length > 0 && issue.every(({ details }) => EARLY.has(details?.coding?.[0]?.code ?? ''))
