/** `health --regions`: what each region says of itself to everybody; no token of one region counts in another. */
import { isDistrust, openFetch } from '#foundation/tls/calls.ts'
import type { Context } from '../command.ts'

interface Region {
  readonly name: string
  readonly url: string
  readonly status: string
  readonly tookSeconds: number
  /** What is not well there. */
  readonly notes: readonly string[]
}

const PATIENCE_MS = 10_000

/** Gives the exit status: a finding when any region is not well. */
export async function checkRegions(context: Context, json: boolean): Promise<number> {
  const { operationsUrl, regions = [], region = 'local', out } = context
  const fetch = openFetch(context.believed)
  const ask = async (name: string, url: string): Promise<Region> => {
    const began = performance.now()
    const took = () => Math.round(performance.now() - began) / 1000
    try {
      const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) })
      const { status, notes = [] } = (await answer.json()) as { status: string; notes?: string[] }
      return { name, url, status, tookSeconds: took(), notes }
    } catch (error) {
      const note = isDistrust(error)
        ? 'It shows a certificate that is not believed.'
        : 'Operations does not answer there.'
      return { name, url, status: 'fail', tookSeconds: took(), notes: [note] }
    }
  }
  const all = [{ name: region, url: operationsUrl }, ...regions.filter(({ name }) => name !== region)]
  const found = await Promise.all(all.map(({ name, url }) => ask(name, url)))
  if (json) out(JSON.stringify(found))
  else {
    const width = Math.max(...found.map(({ name }) => name.length)) + 2
    for (const { name, url, status, tookSeconds, notes } of found) {
      out(`${status}  ${name.padEnd(width)}${url}  ${tookSeconds} s`)
      for (const note of notes) out(`      ${note}`)
    }
    if (found.length === 1) out('There is one region; OMNICARE_REGIONS names others.')
  }
  return found.every(({ status }) => status === 'pass') ? 0 : 1
}
