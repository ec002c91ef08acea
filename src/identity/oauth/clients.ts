/** Programs that may ask for access: RFC 7591 says what is told of each. */

import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider'
import { fromBytea } from '#foundation/bytea.ts'
import { newId } from '#foundation/ids.ts'
import { LOOPBACK } from '#foundation/loopback.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { scopesOf } from '../access.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { Seal } from '../seal.ts'
import { hashOf, newSecret } from '../secrets.ts'
import { noteEnded } from '../sessions/statements/ended.ts'
import { type Caller, changing, isId } from '../tools.ts'
import { artifactOf } from './artifacts.ts'
import { errors, Provider } from './library.ts'
import { putArtifact, takeArtifact } from './statements/artifacts.ts'
import {
  type ClientRow,
  clientById,
  clientsSealedByOthers,
  endClient,
  liveClients,
  putClient,
  sealClientAnew,
} from './statements/clients.ts'

/** A program as it is shown. */
export interface OAuthClient {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly launchUri?: string
  /** By which it proves who it is; `none`: it can't keep a secret. */
  readonly auth: string
  /** RFC 3339. */
  readonly made: string
}

export interface NewOAuthClient {
  readonly name: string
  readonly scopes: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly launchUri?: string
  /** Where its public keys are, or those themselves: it acts by itself, and proves who it is by signing. */
  readonly jwksUri?: string
  readonly jwks?: { readonly keys: readonly object[] }
  /** It can keep a secret: one is made, and shown once. */
  readonly secret?: boolean
}

export interface Clients {
  list(): Promise<OAuthClient[]>
  /** Throws `identity/bad-client`. */
  register(caller: Caller, client: NewOAuthClient): Promise<{ readonly client: OAuthClient; readonly secret?: string }>
  /** All tokens that it holds end. Throws `identity/no-client`. */
  end(caller: Caller, id: string): Promise<void>
  /** By what it gives a program may register itself once, within a week. */
  permit(caller: Caller): Promise<string>
  /** Throws `identity/no-client`. */
  find(id: string): Promise<OAuthClient>
  readonly forProvider: Adapter
}

const MOST_NAME = 100
/** What the library calls a permission to register. */
const PERMISSION = 'InitialAccessToken'
const PERMITTED_SECONDS = 7 * 86_400

/** @param check throws, saying why, when the library doesn't take what is to be stored */
export async function openClients(
  { seal, ...tools }: OverseenTools & { readonly seal: Seal },
  check: (metadata: ClientMetadata) => Promise<void>,
): Promise<Clients> {
  const { control, nowMs } = tools
  const purpose = (id: string) => `client ${id}`
  const store = ({ client_secret, ...metadata }: ClientMetadata, id: string) =>
    putClient({
      id,
      name: String(metadata.client_name ?? id),
      metadata: JSON.stringify(metadata),
      secret: client_secret === undefined ? null : seal.seal(Buffer.from(client_secret), purpose(id)),
      key: client_secret === undefined ? null : seal.id,
      now: at(nowMs()),
    })
  const secretOf = (row: ClientRow): Buffer =>
    seal.open(fromBytea(String(row.secret)), String(row.key), purpose(row.id))
  const metadataOf = (row: ClientRow): ClientMetadata => ({
    ...(JSON.parse(row.metadata) as ClientMetadata),
    ...(row.secret !== null && { client_secret: secretOf(row).toString() }),
  })
  const live = async (id: string): Promise<ClientRow | undefined> =>
    isId(id) ? (await control.quick(clientById(id)))[0] : undefined

  await control.transaction(async (tx) => {
    for (const row of await tx.rows(clientsSealedByOthers(seal.id)))
      await tx.rows(sealClientAnew(row.id, seal.seal(secretOf(row), purpose(row.id)), seal.id))
  })

  return {
    list: async () => (await control.rows(liveClients())).map(shown),
    async find(id) {
      const row = await live(id)
      if (row === undefined) throw identityFaults['no-client']()
      return shown(row)
    },
    register(caller, given) {
      const id = newId()
      const about = { action: 'credential', resources: [`client/${id}`], reason: 'program registered' } as const
      return changing(tools, caller, about, async (tx) => {
        const metadata = metadataFor(id, given)
        await check(metadata).catch((error: { error_description?: string }) => {
          throw identityFaults['bad-client']({ why: `${error.error_description ?? 'it is not well-formed'}.` })
        })
        await tx.rows(store(metadata, id))
        const [row] = await tx.rows(clientById(id))
        const { resources } = about
        await tools.oversee(tx, caller, 'program-registered', { resources, whom: String(metadata.client_name) })
        const secret = metadata.client_secret
        return { client: shown(row as ClientRow), ...(secret !== undefined && { secret }) }
      })
    },
    end(caller, id) {
      const about = {
        action: 'credential',
        resources: isId(id) ? [`client/${id}`] : [],
        reason: 'program ended',
      } as const
      return changing(tools, caller, about, async (tx) => {
        const now = at(nowMs())
        if (!isId(id) || (await tx.rows(endClient(id, now))).length === 0) throw identityFaults['no-client']()
        await tx.rows(noteEnded('client', id, now))
      })
    },
    permit(caller) {
      const about = { action: 'credential', resources: ['client/any'], reason: 'registration permitted' } as const
      return changing(tools, caller, about, async (tx) => {
        const secret = newSecret()
        const iat = Math.floor(nowMs() / 1000)
        const exp = iat + PERMITTED_SECONDS
        const payload = { kind: PERMISSION, iat, exp, policies: ['smart'] }
        const { resources } = about
        await tools.oversee(tx, caller, 'registration-permitted', { resources, whom: 'any program' })
        await tx.rows(putArtifact(artifactOf(PERMISSION, secret, payload, at(exp * 1000))))
        return secret
      })
    },
    forProvider: {
      // Each permission is for one program: of those that are registered by one at once the first is.
      upsert: (id, payload) =>
        control.transaction(async (tx) => {
          const permission = Provider.ctx?.oidc.entities.InitialAccessToken?.jti
          if (permission === undefined || (await tx.rows(takeArtifact(PERMISSION, hashOf(permission)))).length === 0)
            throw new errors.InvalidToken('already used')
          await tx.rows(store(payload as ClientMetadata, id))
        }),
      async find(id) {
        const row = await live(id)
        return row === undefined ? undefined : (metadataOf(row) as AdapterPayload)
      },
      destroy: async () => undefined,
      consume: async () => undefined,
      revokeByGrantId: async () => undefined,
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
    },
  }
}

const wrong = (why: string) => identityFaults['bad-client']({ why })

/**
 * Whether a code may be sent there: on this machine, or where nobody on the way reads it.
 * https://www.rfc-editor.org/rfc/rfc9700.html#section-2.6
 */
export function mayComeBack(redirectUri: string): boolean {
  const url = URL.parse(redirectUri)
  return url?.protocol !== 'http:' || LOOPBACK.includes(url.hostname)
}
export const COMES_BACK = 'A program comes back to an address of https, or of this machine.'

/** As the library takes it. Throws `identity/bad-client`. */
function metadataFor(id: string, given: NewOAuthClient): ClientMetadata {
  const { name, scopes, redirectUris = [], launchUri, jwksUri, jwks, secret = false } = given
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > MOST_NAME || /\p{Cc}/u.test(trimmed))
    throw wrong(`A program has a name of 1 to ${MOST_NAME} characters.`)
  const signs = jwksUri !== undefined || jwks !== undefined
  if (redirectUris.length === 0 && !signs)
    throw wrong('A program has addresses to come back to, or public keys when it acts by itself.')
  if (!redirectUris.every(mayComeBack)) throw wrong(COMES_BACK)
  const isSystem = redirectUris.length === 0
  const grants = isSystem ? ['client_credentials'] : ['authorization_code', 'refresh_token']
  return {
    client_id: id,
    client_name: trimmed,
    redirect_uris: [...redirectUris],
    response_types: isSystem ? [] : ['code'],
    grant_types: isSystem || !signs ? grants : [...grants, 'client_credentials'],
    token_endpoint_auth_method: signs ? 'private_key_jwt' : secret ? 'client_secret_basic' : 'none',
    ...scopeMetadata(scopes.join(' ')),
    ...(secret && !signs && { client_secret: newSecret() }),
    ...(jwksUri !== undefined && { jwks_uri: jwksUri }),
    ...(jwks !== undefined && { jwks: jwks as ClientMetadata['jwks'] }),
    ...(launchUri !== undefined && { launch_uri: launchUri }),
  }
}

/** Scopes of resources stand apart: the library can't know them all by name. Throws `identity/bad-client`. */
export function scopeMetadata(text: string): { readonly scope?: string; readonly smart_scope: string } {
  const { smart, plain, unknown } = scopesOf(text)
  if (unknown.length > 0 || smart.length + plain.length === 0)
    throw wrong('A program has scopes as in launch/patient, openid or patient/Observation.rs.')
  return {
    ...(plain.length > 0 && { scope: plain.join(' ') }),
    smart_scope: smart.map((one) => one.text).join(' '),
  }
}

function shown(row: ClientRow): OAuthClient {
  const metadata = JSON.parse(row.metadata) as ClientMetadata
  const { launch_uri: launchUri, scope = '', smart_scope: smart = '' } = metadata as Record<string, unknown>
  return {
    id: row.id,
    name: row.name,
    scopes: `${String(scope)} ${String(smart)}`.split(' ').filter(Boolean),
    redirectUris: metadata.redirect_uris ?? [],
    ...(typeof launchUri === 'string' && { launchUri }),
    auth: String(metadata.token_endpoint_auth_method),
    made: instant(row.made),
  }
}
