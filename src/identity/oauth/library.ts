/**
 * oidc-provider, without its doubts about Node 26: on loading it prints a warning, past every log, when Node has no name of a
 * long-term release, as our pinned one. It is told one while it loads; all we need of it is tested on this very Node.
 */
const { release } = process
const isUnnamed = release.lts === undefined
if (isUnnamed) Object.assign(release, { lts: 'Unnamed' })
const library = await import('oidc-provider')
if (isUnnamed) Reflect.deleteProperty(release, 'lts')

export const { Provider, errors, interactionPolicy } = library
