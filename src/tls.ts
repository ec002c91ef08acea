/** TLS by the settings: which pair is served, whom calls within the installation believe, and what people must be told. */
import { isIP } from 'node:net'
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Log } from '#foundation/log.ts'
import { type Believed, certificatesIn } from '#foundation/tls/calls.ts'
import { tlsFaults } from '#foundation/tls/faults.ts'
import { type Held, type KeptPair, keepPair, startingPair } from '#foundation/tls/keep.ts'
import type { Pair, PairFiles } from '#foundation/tls/pair.ts'
import type { openSettings } from './settings.ts'

type Settings = Pick<
  ReturnType<typeof openSettings>['settings'],
  'tlsCertificate' | 'tlsKey' | 'publicUrl' | 'operationsPublicUrl'
>

/**
 * Hands the pair that is served to the hospital, in its environment: it comes back also while the files hold what can't be
 * served. No setting: whoever starts a hospital by hand has files that are right, or mends them.
 */
export const HELD = 'HOSPITAL_TLS_HELD'

export const heldBy = (tls: Tls | undefined): Readonly<Record<string, string>> => {
  if (tls === undefined) return {}
  const { cert, key } = tls.pair.current()
  return { [HELD]: JSON.stringify({ cert, key }) }
}

export const heldIn = (text: string | undefined): Held | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Held)

/**
 * The files of the pair, which can be served, or `held` in their place; nothing when plain HTTP is spoken. Throws one of
 * `tlsFaults`.
 */
export function tlsFiles(settings: Settings, held?: Held): PairFiles | undefined {
  const { tlsCertificate: certificate, tlsKey: key } = settings
  if (certificate === undefined && key === undefined) return undefined
  if (key === undefined) throw tlsFaults['half-given']({ missing: 'OMNICARE_TLS_KEY' })
  if (certificate === undefined) throw tlsFaults['half-given']({ missing: 'OMNICARE_TLS_CERTIFICATE' })
  // By their scheme it is decided whether cookies are for https only, and whether browsers are told to stay with it.
  for (const [setting, url] of publicUrls(settings))
    if (url !== undefined && new URL(url).protocol === 'http:') throw tlsFaults['plain-address']({ setting })
  startingPair({ certificate, key }, held, nowMilliseconds())
  return { certificate, key }
}

export interface Tls {
  readonly pair: KeptPair
  /** What is served, what was before, and what is in the file by now: the other plane may be quicker, or slower. */
  readonly believed: Believed
}

/** Serves the pair of `files` until it is disposed of. */
export function openTls(
  files: PairFiles,
  { log, metrics, held }: { log: Log; metrics: Registry; held?: Held | undefined },
): Tls & Disposable {
  const pair = keepPair({ files, log, metrics, held, nowMs: nowMilliseconds })
  let [former, current] = ['', pair.current().cert]
  pair.onTaken(({ cert }) => {
    ;[former, current] = [current, cert]
  })
  const inFile = certificatesIn(files.certificate)
  return {
    pair,
    believed: () => [...new Set([current, former, ...inFile()])].filter((pem) => pem !== ''),
    [Symbol.dispose]: () => pair[Symbol.dispose](),
  }
}

/** What browsers will complain of: addresses that the certificate does not name. */
export function unnamed({ leaf }: Pair, settings: Settings): string[] {
  return publicUrls(settings).flatMap(([name, url]) => {
    const host = url === undefined ? 'localhost' : new URL(url).hostname.replace(/^\[|\]$/g, '')
    if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined) return []
    const names = leaf.subjectAltName?.replaceAll(/(DNS|IP Address):/g, '') ?? 'no host'
    return [`The certificate is for ${names}, not for ${host}: set ${name} to an address of it.`]
  })
}

const publicUrls = ({ publicUrl, operationsPublicUrl }: Settings) =>
  [
    ['OMNICARE_PUBLIC_URL', publicUrl],
    ['OMNICARE_OPERATIONS_PUBLIC_URL', operationsPublicUrl],
  ] as const
