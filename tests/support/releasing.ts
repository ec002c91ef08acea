/** What the tests of one describe share is released after the last of them, newest first. */
import { after } from 'node:test'

export function releasing(): { readonly after: (release: () => Promise<void>) => void } {
  const releases: (() => Promise<void>)[] = []
  after(async () => {
    for (const release of releases) await release()
  })
  return { after: (release) => void releases.unshift(release) }
}
