/**
 * Who a bearer token lets in, decided by a process that has no accounts: by signature (RFC 9068, ES256 only), by the list of
 * what has ended, and for API keys by asking operations.
 *
 * Operations may be down: then the keys and the list that are known go on counting, also after a restart, since both are
 * kept in a file. Signed tokens need nobody; API keys do, once in half a minute.
 */
import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type CryptoKey, decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from 'jose'
import { type Access, scopesOf } from '../access.ts'
import { identityFaults } from '../faults.ts'
import { openEndedList, type TokenOf } from '../sessions/ended.ts'
import type { Ended } from '../sessions/sessions.ts'
import { ROLES, type Role } from '../terms.ts'

/** What operations tells those who verify. */
export interface Told {
  readonly issuer: string
  /** Public keys: RFC 7517. */
  readonly keys: readonly JWK[]
  readonly ended: readonly Ended[]
  /** Of pages that registered programs run in. */
  readonly origins: readonly string[]
  /** Of each API key that counts the beginning of its hash (KEY_MARK): it tells keys that are made up, and helps nobody to make one. */
  readonly keyMarks: readonly string[]
}

/** What operations says of an API key; nothing when it is none, or over. */
export interface KeyTold {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  /** RFC 3339. */
  readonly expires: string
}

export interface TrustOptions {
  /** Rejects when operations doesn't answer. */
  readonly ask: () => Promise<Told>
  readonly askKey: (key: string) => Promise<KeyTold | undefined>
  /** Names of ourselves of which a token must have one as its audience. */
  readonly audiences: () => readonly string[]
  readonly nowMs: () => number
  /** What was told before this process began, and where to keep it for the next. */
  readonly kept?: { readonly read: () => Told | undefined; readonly write: (told: Told) => void }
}

export interface Trust {
  /**
   * Whom a token lets in. At once for one that was seen before: then it costs a look into a map. Throws, or rejects with,
   * `identity/bad-token`, `identity/token-over`, `identity/no-api-key`, `identity/trust-away`.
   */
  check(token: string): Access | Promise<Access>
  /** Asks operations for keys and what has ended. To be done every few seconds. */
  refresh(): Promise<void>
  /** Whether a registered program has pages at an origin. */
  knowsOrigin(origin: string): boolean
  /** Who issues the tokens; undefined while operations wasn't heard. */
  issuer(): string | undefined
}

interface Known {
  readonly access: Access
  readonly of: TokenOf
  readonly untilMs: number
  /** Of an API key: it counts while it is told. */
  readonly mark?: string
}

const ALGORITHM = 'ES256'
/** As in `omc_7k2m9x4c1p_…`. */
const API_KEY = /^omc_[0-9a-z]{10}_[A-Za-z0-9_-]{43}$/
const KEY_COUNTS_MS = 30_000
/** Base64 digits of SHA-256, 72 bits: nobody finds another text that begins so. */
export const KEY_MARK = 12
const MOST_KNOWN = 20_000
/** Clocks of two machines differ. */
const TOLERANCE_SECONDS = 5
/** Nobody makes us ask operations more often by showing tokens of keys that don't exist: they wait, and one answer is for all. */
const ASK_AGAIN_MS = 500

export function openTrust({ ask, askKey, audiences, nowMs, kept }: TrustOptions): Trust {
  const known = new Map<string, Known>()
  let issuer = ''
  let origins: ReadonlySet<string> = new Set()
  let keys = new Map<string, CryptoKey>()
  let printed = ''
  let keptText = ''
  let asking: Promise<void> | undefined
  let askedMs = Number.NEGATIVE_INFINITY
  let keyMarks: ReadonlySet<string> = new Set()
  const keysAsked = new Map<string, Promise<Known>>()

  const take = async (told: Told): Promise<void> => {
    origins = new Set(told.origins)
    keyMarks = new Set(told.keyMarks)
    const text = JSON.stringify([told.issuer, told.keys])
    if (text === printed) return
    const imported = told.keys.map(async (jwk) => [String(jwk.kid), await importJWK(jwk, ALGORITHM)] as const)
    keys = new Map((await Promise.all(imported)) as [string, CryptoKey][])
    issuer = told.issuer
    printed = text
    // What was signed by a key that is no longer told counts no more.
    known.clear()
  }
  const list = openEndedList({
    nowMs,
    ask: async () => {
      const told = await ask()
      await take(told)
      const text = JSON.stringify(told)
      if (text !== keptText) kept?.write(told)
      keptText = text
      return told.ended
    },
  })
  const refresh = (): Promise<void> => {
    askedMs = nowMs()
    asking ??= list.refresh().finally(() => {
      asking = undefined
    })
    return asking
  }
  const began = kept?.read()
  const ready = began === undefined ? undefined : take(began).then(() => list.know(began.ended))

  let soon: Promise<void> | undefined
  /** Asks once more, after whoever calls: a key may have been made since the last answer. */
  const askSoon = (): Promise<void> => {
    soon ??= (async () => {
      await asking?.catch(() => undefined)
      await delay(Math.max(0, askedMs + ASK_AGAIN_MS - nowMs()))
      soon = undefined
      await refresh().catch(() => undefined)
    })()
    return soon
  }
  const keyOf = async (kid: string): Promise<CryptoKey> => {
    await ready
    if (!keys.has(kid)) await askSoon()
    const key = keys.get(kid)
    if (key !== undefined) return key
    throw keys.size === 0 ? identityFaults['trust-away']() : identityFaults['bad-token']()
  }

  const verified = async (token: string): Promise<Known> => {
    const key = await keyOf(kidOf(token))
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: 'at+jwt',
      issuer,
      audience: [...audiences()],
      requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(nowMs()),
    }).catch((error: unknown) => {
      throw error instanceof errors.JWTExpired ? identityFaults['token-over']() : identityFaults['bad-token']()
    })
    return knownBy(payload as unknown as Claims)
  }
  const introspected = async (token: string, mark: string): Promise<Known> => {
    const told = await askKey(token).catch(() => {
      throw identityFaults['trust-away']()
    })
    if (told === undefined) throw identityFaults['no-api-key']()
    return { ...knownByKey(told, nowMs()), mark }
  }
  /**
   * Keys that are made up reach operations by none of their own: they wait for the answer that is for all, as keys that were
   * made this moment do. However many show a real one at once, it is asked about once.
   */
  const ofApiKey = async (token: string, digest: string): Promise<Known> => {
    await ready
    const mark = digest.slice(0, KEY_MARK)
    if (!keyMarks.has(mark)) await askSoon()
    if (!keyMarks.has(mark)) throw identityFaults[issuer === '' ? 'trust-away' : 'no-api-key']()
    const asked = keysAsked.get(digest) ?? introspected(token, mark).finally(() => keysAsked.delete(digest))
    keysAsked.set(digest, asked)
    return asked
  }
  const learn = async (token: string, digest: string): Promise<Access> => {
    const one = await (API_KEY.test(token) ? ofApiKey(token, digest) : verified(token))
    if (list.isEnded(one.of)) throw identityFaults['token-over']()
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value as string)
    known.set(digest, one)
    return one.access
  }

  return {
    refresh,
    knowsOrigin: (origin) => origins.has(origin),
    issuer: () => (issuer === '' ? undefined : issuer),
    check(token) {
      const digest = hash('sha256', token, 'base64')
      const one = known.get(digest)
      if (one === undefined) return learn(token, digest)
      if (one.untilMs <= nowMs() || (one.mark !== undefined && !keyMarks.has(one.mark))) {
        known.delete(digest)
        return learn(token, digest)
      }
      if (list.isEnded(one.of)) throw identityFaults['token-over']()
      return one.access
    },
  }
}

interface Claims {
  readonly sub: string
  readonly client_id: string
  readonly iat: number
  readonly exp: number
  readonly scope?: string
  readonly sid?: string
  readonly roles?: readonly string[]
  readonly fhirUser?: string
  readonly patient?: string
  readonly name?: string
}

function kidOf(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (typeof kid === 'string') return kid
  } catch {
    // It is no JWT.
  }
  throw identityFaults['bad-token']()
}

/** A token of a person names their session or at least their roles; one of a program by itself is its own subject. */
function knownBy(claims: Claims): Known {
  const { sub, client_id: client, sid, fhirUser, patient, name, scope = '', iat, exp } = claims
  const isPerson = sub !== client
  const roles = (claims.roles ?? []).filter((role): role is Role => (ROLES as readonly string[]).includes(role))
  return {
    untilMs: (exp + TOLERANCE_SECONDS) * 1000,
    of: {
      client,
      issuedMs: iat * 1000,
      ...(isPerson && { person: sub }),
      ...(sid !== undefined && { session: sid }),
    },
    access: {
      subject: { kind: isPerson ? 'person' : 'client', id: sub, ...(name !== undefined && { name }) },
      roles,
      ...(fhirUser !== undefined && { fhirUser }),
      ...(patient !== undefined && { patient }),
      scopes: scopesOf(scope).smart,
      client,
      ...(sid !== undefined && { session: sid }),
      purpose: 'TREAT',
      breakGlass: false,
    },
  }
}

const knownByKey = ({ id, name, scopes, expires }: KeyTold, now: number): Known => ({
  untilMs: Math.min(Date.parse(expires), now + KEY_COUNTS_MS),
  of: { apiKey: id, issuedMs: now },
  access: {
    subject: { kind: 'api-key', id, name },
    roles: [],
    scopes: scopesOf(scopes.join(' ')).smart,
    purpose: 'TREAT',
    breakGlass: false,
  },
})
