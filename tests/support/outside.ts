/** An identity provider of somebody else, as hospitals have one: another oidc-provider, that lies when a test says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Provider as LibraryProvider } from 'oidc-provider'
import { Provider } from '../../src/identity/oauth/library.ts'
import type { After } from './suite.ts'

type Claims = Record<string, unknown>

/** What somebody is there. */
export interface Outsider {
  readonly sub: string
  readonly claims?: Claims
  readonly amr?: string[]
  readonly acr?: string
}

export interface Outside {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  /** Who signs in there next; nobody: they cancel. */
  who: Outsider | undefined
  /** Changes what the ID token says, or the key it is signed by, before it is sent. */
  lie: ((claims: Claims) => { claims: Claims; header?: Claims; key?: CryptoKey }) | undefined
  /** Answers anything in the provider's place. Gives whether it has. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Which of its addresses were asked. */
  readonly asked: string[]
  /** Where a browser lands that goes there, and is sent on and on. */
  readonly walk: (redirect: string) => Promise<string>
}

interface OutsideOptions {
  /** Where people come back to: known once OmniCare has registered the provider. */
  readonly redirectUris: () => readonly string[]
  /** Whether claims are in the ID token, as with Keycloak, or only told by userinfo, as with Okta. */
  readonly inIdToken?: boolean
}

const CLIENT = 'omnicare'
const SECRET = 'a-secret-that-only-these-two-know'

export async function startOutside(t: After, { redirectUris, inIdToken = true }: OutsideOptions): Promise<Outside> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'of-the-outside' }
  let provider: LibraryProvider
  const known = new Map<string, Outsider>()

  const server = createServer((request, response) => {
    const { pathname } = new URL(String(request.url), 'http://outside')
    outside.asked.push(pathname)
    if (outside.instead?.(request, response)) return
    const work = pathname.startsWith('/in/') ? interact : pathname === '/token' ? answerTokens : answer
    work(request, response).catch((error) => {
      response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  })
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`

  const setUp = () =>
    new Provider(issuer, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [...redirectUris()] }],
      jwks: { keys: [jwk] as never },
      conformIdTokenClaims: !inIdToken,
      claims: {
        openid: ['sub', 'amr', 'acr'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username', 'groups'],
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/in/${uid}` },
      acrValues: ['strong'],
      cookies: { keys: ['of-the-outside'] },
      ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 60, Session: 60, Grant: 60 },
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...known.get(sub)?.claims, ...pick(known.get(sub)) }),
      }),
      async loadExistingGrant(ctx) {
        const { client, session } = ctx.oidc
        const grant = new ctx.oidc.provider.Grant({
          clientId: client?.clientId as string,
          accountId: session?.accountId as string,
        })
        grant.addOIDCScope('openid email profile')
        await grant.save()
        return grant
      },
    })
  // Set up when it is first asked: by then it is known where people come back to.
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    provider ??= setUp()
    await provider.callback()(request, response)
  }
  const interact = async (request: IncomingMessage, response: ServerResponse) => {
    const { who } = outside
    if (who !== undefined) known.set(who.sub, who)
    const result =
      who === undefined ? { error: 'access_denied' } : { login: { accountId: who.sub, ...pick(who), remember: false } }
    await provider.interactionFinished(request, response, result)
  }
  const answerTokens = async (request: IncomingMessage, response: ServerResponse) => {
    const { lie } = outside
    if (lie === undefined) return answer(request, response)
    const end = response.end.bind(response)
    response.end = ((body: Buffer | string) => {
      const given = JSON.parse(String(body)) as { id_token: string }
      forged(lie, given.id_token).then((token) => {
        const text = JSON.stringify({ ...given, id_token: token })
        response.setHeader('content-length', Buffer.byteLength(text))
        end(text)
      })
      return response
    }) as never
    await answer(request, response)
  }
  const forged = async (lie: NonNullable<Outside['lie']>, token: string): Promise<string> => {
    const { claims, header = {}, key = privateKey } = lie(decoded(token))
    if (header.alg === 'none') return `${encoded(header)}.${encoded(claims)}.`
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'of-the-outside', ...header }).sign(key)
  }

  const outside: Outside = {
    issuer,
    clientId: CLIENT,
    secret: SECRET,
    who: undefined,
    lie: undefined,
    instead: undefined,
    asked: [],
    async walk(redirect) {
      const jar = new Map<string, string>()
      for (let at = redirect; at.startsWith(issuer); ) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const { headers, status } = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          jar.set(name, value)
        }
        const location = headers.get('location')
        if (location === null) throw new Error(`${at} answers ${status} without sending on`)
        at = new URL(location, at).href
        if (!at.startsWith(issuer)) return at
      }
      return redirect
    },
  }
  return outside
}

const pick = (who: Outsider | undefined) => ({
  ...(who?.amr !== undefined && { amr: who.amr }),
  ...(who?.acr !== undefined && { acr: who.acr }),
})
const encoded = (part: Claims): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const decoded = (token: string): Claims => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
