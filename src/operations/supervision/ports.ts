/** Whether the ports are free, asked before anything is started that would only have to be stopped again. */
import { createServer } from 'node:net'
import { Fault } from '#foundation/fault.ts'

interface Wanted {
  /** The setting that names the port. */
  readonly setting: string
  /** 0: any that is free. */
  readonly port: number
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'may not be used by this user',
}

/**
 * Throws `operations/ports-taken` unless each of `wanted` is a port of its own that can be listened on at `host`, and
 * `operations/no-address` when nothing can listen there.
 */
export async function checkPorts(host: string, wanted: readonly Wanted[]): Promise<void> {
  const fixed = wanted.filter(({ port }) => port !== 0)
  const refused: { setting: string; says: string }[] = []
  for (const [index, { setting, port }] of fixed.entries()) {
    const twin = fixed.slice(0, index).find((one) => one.port === port)
    const code = twin === undefined ? await refusal(host, port) : undefined
    const why = twin === undefined ? REFUSALS[code ?? ''] : `is that of ${twin.setting} too`
    if (code !== undefined && why === undefined)
      throw new Fault(
        'invalid',
        'operations/no-address',
        `Nothing can listen on ${host}: the system says ${code}.`,
        'Set OMNICARE_HOST to an address of this machine, such as 127.0.0.1; 0.0.0.0 is all of them.',
      )
    if (why !== undefined) refused.push({ setting, says: `port ${port} (${setting}) ${why}` })
  }
  if (refused.length === 0) return
  throw new Fault(
    'invalid',
    'operations/ports-taken',
    `On ${host} ${refused.map(({ says }) => says).join(', ')}.`,
    `Stop what listens there, or set ${refused.map(({ setting }) => setting).join(' and ')} to another port.`,
  )
}

/** The system's code for why nobody can listen there; undefined when one can. */
async function refusal(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  return promise
}
