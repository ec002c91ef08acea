/**
 * Metrics of several processes that share one port: whichever of them is asked answers with the sums over all.
 *
 * A worker asks the primary, the primary asks every worker that has said it serves. A worker that ends before it has
 * answered is left out; it takes its counts along, which Prometheus sees as a restart. One that does not get to it in time
 * counts as it last was: without it the sums would fall, and rise again as if all it ever did had just been done.
 */
import cluster, { type Worker } from 'node:cluster'
import { type Copies, mergeMetrics } from './merge-metrics.ts'
import { Metrics } from './metric.ts'

type Message =
  | { readonly metrics: 'of all'; readonly question: number }
  | { readonly metrics: 'yours'; readonly question: number }
  | { readonly metrics: 'mine'; readonly question: number; readonly text: string }
  | { readonly metrics: 'all'; readonly question: number; readonly texts: readonly string[] }

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'metrics' in message

/** A worker's registry. What is registered and counted is its own; its text is that of all workers together. */
export class SharedRegistry extends Metrics {
  readonly #waiting = new Map<number, (texts: readonly string[]) => void>()
  #questions = 0

  constructor() {
    super()
    process.on('message', (message) => {
      if (!isMessage(message)) return
      const { question } = message
      if (message.metrics === 'yours') void super.metrics().then((text) => send({ metrics: 'mine', question, text }))
      if (message.metrics === 'all') {
        this.#waiting.get(question)?.(message.texts)
        this.#waiting.delete(question)
      }
    })
  }

  override async metrics(): Promise<string> {
    const question = this.#questions++
    const texts = new Promise<readonly string[]>((resolve) => this.#waiting.set(question, resolve))
    send({ metrics: 'of all', question })
    // The primary is there as long as this process is: without it the channel closes, and the process ends.
    return mergeMetrics(await texts, (name) => copiesOf(this.getSingleMetric(name)))
  }
}

/** Copies run the same program: what this one says of a metric holds for all. */
const copiesOf = (known: unknown): Copies => (known as { aggregator?: Copies } | undefined)?.aggregator ?? 'sum'

const send = (message: Message): void => void process.send?.(message)

/** The primary's part: passes questions and answers on among the workers that `serving` gives. */
export function shareMetrics(serving: () => Iterable<Worker>): void {
  let questions = 0
  cluster.on('message', (asking, message) => {
    if (!isMessage(message) || message.metrics !== 'of all') return
    const question = questions++
    void Promise.all([...serving()].map((worker) => ask(worker, question))).then((answers) => {
      const texts = answers.filter((one) => one !== undefined)
      if (asking.isConnected()) asking.send({ metrics: 'all', question: message.question, texts } satisfies Message)
    })
  })
}

/** Whoever scrapes waits for five seconds. */
const LONGEST_WAIT_MS = 2_000
/** What each has said last. */
const newest = new WeakMap<Worker, string>()

function ask(worker: Worker, question: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = (text?: string) => {
      clearTimeout(late)
      worker.off('message', hear).off('exit', leave)
      resolve(text)
    }
    const hear = (message: unknown) => {
      if (!isMessage(message) || message.metrics !== 'mine' || message.question !== question) return
      newest.set(worker, message.text)
      done(message.text)
    }
    const leave = () => done()
    const late = setTimeout(() => done(newest.get(worker)), LONGEST_WAIT_MS)
    worker.on('message', hear).on('exit', leave)
    if (worker.isConnected()) worker.send({ metrics: 'yours', question } satisfies Message)
    else done()
  })
}
