import { type Fetch, isDistrust, openFetch } from '#foundation/tls/calls.ts'
import type { Command } from './command.ts'

interface Health {
  readonly status: string
  readonly checks?: Readonly<Record<string, readonly { readonly status: string; readonly output?: string }[]>>
}

/** Both planes' health; a finding when either is not well. */
export const statusCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints the health of both as they answer it, as JSON.' } },
  about: ['A finding (1) when either of them is not well or does not answer.'],
  examples: ['status', 'status --json'],
  async run({ options }, { url, operationsUrl, believed, out }) {
    const fetch = openFetch(believed)
    const planes = await Promise.all([ask('hospital', url, fetch), ask('operations', operationsUrl, fetch)])
    if (options.json === true) out(JSON.stringify(Object.fromEntries(planes.map(({ name, health }) => [name, health]))))
    else {
      for (const { name, health } of planes) {
        out(`${name.padEnd(12)}${health.status}`)
        for (const [check, [result]] of Object.entries(health.checks ?? {}))
          out(`  ${check.padEnd(24)}${result?.status ?? ''}${result?.output === undefined ? '' : `  ${result.output}`}`)
      }
    }
    return planes.every(({ health }) => health.status === 'pass') ? 0 : 1
  },
}

async function ask(name: string, url: string, fetch: Fetch): Promise<{ name: string; health: Health }> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })
    return { name, health: (await answer.json()) as Health }
  } catch (error) {
    const status = isDistrust(error) ? 'shows a certificate that is not believed' : 'does not answer'
    return { name, health: { status } }
  }
}
