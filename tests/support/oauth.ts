/** A browser that follows redirects and keeps cookies by path, and a program that asks for access as openid-client does. */
import * as client from 'openid-client'
import type { TestPlanes } from './planes.ts'

const BACK = 'http://127.0.0.1:9/back'

export interface Asked {
  readonly clientId: string
  readonly scope: string
  readonly cookie: string
  readonly patient?: string
  readonly launch?: string
  readonly granted?: readonly string[]
  readonly aud?: string
  readonly redirectUri?: string
}

type Planes = Pick<TestPlanes, 'operations' | 'hospital'>

/** One browser: a cookie jar. */
export function openBrowser(cookie: string) {
  const jar = new Map<string, { readonly path: string; readonly value: string }>()
  const csrf = new Map<string, string>()
  const cookiesFor = (url: string) =>
    [
      ...(cookie === '' ? [] : [cookie]),
      ...[...jar]
        .filter(([, { path }]) => new URL(url).pathname.startsWith(path))
        .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`),
    ].join('; ')
  const keep = (answer: Response) => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const path = /; *path=([^;]*)/i.exec(line)?.[1] ?? '/'
      if (value === '') jar.delete(`${name} ${path}`)
      else jar.set(`${name} ${path}`, { path, value })
    }
    return answer
  }
  return {
    get: async (url: string) => keep(await fetch(url, { redirect: 'manual', headers: { cookie: cookiesFor(url) } })),
    /** As a page of ours sends it. */
    async post(url: string, body: object, headers: Readonly<Record<string, string>> = {}) {
      const { origin } = new URL(url)
      if (!csrf.has(origin)) {
        const session = keep(await fetch(`${origin}/api/session`, { headers: { cookie: cookiesFor(origin) } }))
        csrf.set(origin, ((await session.json()) as { csrf: string }).csrf)
      }
      return keep(
        await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            cookie: cookiesFor(url),
            origin,
            'content-type': 'application/json',
            'x-omnicare-csrf': String(csrf.get(origin)),
            ...headers,
          },
          body: JSON.stringify(body),
        }),
      )
    },
  }
}

export type Browser = ReturnType<typeof openBrowser>

/** As the program has it from discovery. */
export const discovered = (planes: Planes, clientId: string, auth: client.ClientAuth = client.None()) =>
  client.discovery(new URL(`${planes.operations}/oauth`), clientId, undefined, auth, {
    execute: [client.allowInsecureRequests],
  })

export async function beginAuthorization(planes: Planes, asked: Omit<Asked, 'cookie'>) {
  const config = await discovered(planes, asked.clientId)
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: asked.redirectUri ?? BACK,
    scope: asked.scope,
    state,
    aud: asked.aud ?? planes.hospital.base,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(asked.launch !== undefined && { launch: asked.launch }),
  })
  return { config, verifier, state, url: url.href }
}

/** What stands where the browser was sent. */
export async function locationOf(answer: Response): Promise<string> {
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`no redirect from ${answer.url} but ${answer.status}: ${await answer.text()}`)
  return new URL(location, answer.url).href
}

/** Takes the steps of an authorization as the pages do; gives the address by which the program gets its answer. */
export async function goThrough(
  planes: Planes,
  browser: Browser,
  url: string,
  { patient, granted }: Pick<Asked, 'patient' | 'granted'>,
): Promise<string> {
  for (let at = url; ; ) {
    const to = await locationOf(await browser.get(at))
    const uid = new URL(to).searchParams.get('interaction')
    if (uid === null) {
      if (!to.startsWith(planes.operations)) return to
      at = to
      continue
    }
    const page = `${planes.operations}/api/interaction/${uid}`
    const { prompt, scopes } = (await (await browser.get(page)).json()) as {
      prompt: string
      scopes: { scope: string }[]
    }
    const body =
      prompt === 'patient'
        ? { patient }
        : prompt === 'consent'
          ? { granted: granted ?? scopes.map(({ scope }) => scope) }
          : {}
    const answer = await browser.post(`${page}/${prompt}`, body)
    if (answer.status !== 200) throw new Error(await answer.text())
    at = ((await answer.json()) as { redirect: string }).redirect
  }
}

/** From nothing to tokens, as a public program with PKCE. */
export async function authorized(planes: Planes, asked: Asked) {
  const { config, verifier, state, url } = await beginAuthorization(planes, asked)
  const back = await goThrough(planes, openBrowser(asked.cookie), url, asked)
  const tokens = await client.authorizationCodeGrant(config, new URL(back), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  })
  return { config, tokens, back, verifier, state }
}
