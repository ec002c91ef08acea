/** Loads units in parallel and keeps the account of what became of each. */
import { type Answer, send, type Target } from './send.ts'
import { transactionOf, type Unit } from './units.ts'

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

/** Loads `units`, `parallel` at a time; `tell` hears of each that is done. */
export async function load(
  units: AsyncIterable<Unit>,
  target: Target,
  parallel: number,
  tell: (account: Account) => void,
): Promise<Account> {
  const account: Account = { units: 0, there: 0, loaded: new Map(), refused: [] }
  const queue = units[Symbol.asyncIterator]()
  const work = async () => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
      await loadOne(next.value, target, account)
      account.units++
      tell(account)
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  return account
}

async function loadOne(unit: Unit, target: Target, account: Account): Promise<void> {
  const { outcome, answer } = await send(target, unit.text)
  if (outcome === 'there') account.there++
  else if (outcome === 'loaded') count(answer, account)
  else if (unit.divisible) await loadApart(unit, target, account)
  else account.refused.push({ from: unit.from, why: reasons(answer) })
}

/** One by one, so that only what is wrong is left out. */
async function loadApart(unit: Unit, target: Target, account: Account): Promise<void> {
  const resources = divide(unit.text)
  for (const [index, resource] of resources.entries()) {
    const { outcome, answer } = await send(target, transactionOf([resource]))
    if (outcome === 'there') account.there++
    else if (outcome === 'loaded') count(answer, account)
    else account.refused.push({ from: `${unit.from} (${index + 1} of ${resources.length})`, why: reasons(answer) })
  }
}

function divide(text: string): string[] {
  try {
    const { entry } = JSON.parse(text) as { entry: { resource: object }[] }
    return entry.map(({ resource }) => JSON.stringify(resource))
  } catch {
    return [text]
  }
}

function count({ entry = [] }: Answer, { loaded }: Account): void {
  for (const { response } of entry) {
    const type = /\/([A-Z][A-Za-z]+)\/[^/]+\/_history\/\d+$/.exec(response?.location ?? '')?.[1]
    if (type !== undefined) loaded.set(type, (loaded.get(type) ?? 0) + 1)
  }
}

const reasons = ({ issue = [] }: Answer): string[] =>
  issue.map(({ diagnostics = '', expression }) =>
    expression?.[0] === undefined ? diagnostics : `${expression[0]}: ${diagnostics}`,
  )
