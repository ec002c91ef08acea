import { databaseFaults } from './database-faults.ts'
import { Fault } from './fault.ts'

interface Together {
  readonly sizes: readonly number[]
  readonly lanes: number
  readonly most: number
  readonly failTogether?: boolean
}

/** Any number that may go together, up to `most`. */
export const upTo = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => most - index)

/**
 * Joins calls that come close together into one: while a statement is under way the next callers wait, and go together.
 *
 * Measured, reading thirty rows in one statement costs little more than reading one, and thirty inserts share one
 * commit. Nobody waits for company: a call that finds a lane free leaves with what came in the same turn of the
 * event loop.
 *
 * @param sizes how many may go together, largest first, down to 1
 * @param lanes how many statements may be under way
 * @param most how many calls may wait for a lane; one more is refused with `database/full`
 * @param failTogether whether a statement that fails by a fault takes with it the calls that wait: those that would fail like it, only later
 */
export function gather<Key, Value>(
  send: (keys: readonly Key[]) => Promise<readonly Value[]>,
  { sizes, lanes, most, failTogether = false }: Together,
): (key: Key) => Promise<Value> {
  interface Call {
    readonly key: Key
    readonly resolve: (value: Value) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Call[] = []
  let underWay = 0
  let scheduled = false

  const leave = () => {
    scheduled = false
    while (waiting.length > 0 && underWay < lanes) {
      const size = sizes.find((one) => one <= waiting.length) ?? waiting.length
      const calls = waiting.slice(0, size)
      waiting = waiting.slice(size)
      underWay++
      send(calls.map((call) => call.key))
        .then(
          (values) => calls.forEach((call, index) => void call.resolve(values[index] as Value)),
          (error) => {
            for (const call of calls) call.reject(error)
            if (!failTogether || !(error instanceof Fault)) return
            for (const call of waiting) call.reject(error)
            waiting = []
          },
        )
        .finally(() => {
          underWay--
          leave()
        })
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= most) return reject(databaseFaults.full())
      waiting.push({ key, resolve, reject })
      if (!scheduled && underWay < lanes) {
        scheduled = true
        setImmediate(leave)
      }
    })
}
