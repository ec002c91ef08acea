import assert from 'node:assert/strict'
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { test } from 'node:test'
import { counterIn, metric } from './metric.ts'
import { SharedRegistry, shareMetrics } from './shared-metrics.ts'

const COUNTED = metric({ name: 'done_total', type: 'counter', help: 'Done.', moves: 'Whatever is done.' })

/** What each copy runs: it has counted 20, and prints the metrics of all when it is told to. */
function copy(): void {
  const metrics = new SharedRegistry()
  counterIn(metrics, COUNTED).inc(20)
  process.on('message', async (message) => {
    if (message === 'print') process.send?.({ printed: await metrics.metrics() })
  })
  process.send?.('ready')
}

async function printedBy(worker: Worker): Promise<string> {
  const printed = Promise.withResolvers<string>()
  const hear = (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'printed' in message)
      printed.resolve(String(message.printed))
  }
  worker.on('message', hear).send('print')
  return printed.promise.finally(() => worker.off('message', hear))
}

if (cluster.isWorker) copy()
else
  test('a copy that does not get to it counts as it last was, and nobody waits for it for long', async (t) => {
    cluster.setupPrimary({ exec: import.meta.filename })
    const workers = [cluster.fork(), cluster.fork()] as const
    t.after(() => {
      for (const worker of workers) worker.process.kill('SIGKILL')
    })
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    shareMetrics(() => workers)
    const [asked, stuck] = workers
    assert.match(await printedBy(asked), /^done_total 40$/m)
    stuck.process.kill('SIGSTOP')
    assert.match(await printedBy(asked), /^done_total 40$/m)
    stuck.process.kill('SIGCONT')
    assert.match(await printedBy(stuck), /^done_total 40$/m)
  })
