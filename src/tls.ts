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

/** What is handed to a hospital that is started again. */
export const heldOf = (tls: Tls | undefined): Held | undefined => {
  if (tls === undefined) return undefined
  const { cert, key } = tls.pair.current()
  return { cert, key }
}

export interface Begun {
  readonly files: PairFiles
  /** What is served in place of the files, while they hold what can't be. */
  readonly held?: Held | undefined
}

/**
 * The files of the pair, which can be served, or else with what `ask` gives in their place; nothing when plain HTTP is spoken.
 * Throws one of `tlsFaults`.
 */
export async function beginTls(
  settings: Settings,
  ask: () => Promise<Held | undefined> = async () => undefined,
): Promise<Begun | undefined> {
  const { tlsCertificate: certificate, tlsKey: key } = settings
  if (certificate === undefined && key === undefined) return undefined
  if (key === undefined) throw tlsFaults['half-given']({ missing: 'OMNICARE_TLS_KEY' })
  if (certificate === undefined) throw tlsFaults['half-given']({ missing: 'OMNICARE_TLS_CERTIFICATE' })
  // By their scheme it is decided whether cookies are for https only, and whether browsers are told to stay with it.
  for (const [setting, url] of publicUrls(settings))
    if (url !== undefined && new URL(url).protocol === 'http:') throw tlsFaults['plain-address']({ setting })
  const files = { certificate, key }
  try {
    startingPair(files, undefined, nowMilliseconds())
    return { files }
  } catch {
    const held = await ask()
    startingPair(files, held, nowMilliseconds())
    return { files, held }
  }
}

export interface Tls {
  readonly pair: KeptPair
  /** What is served, what was before, and what is in the file by now: the other plane may be quicker, or slower. */
  readonly believed: Believed
}

/** Serves the pair of the files until it is disposed of. */
export function openTls({ files, held }: Begun, { log, metrics }: { log: Log; metrics: Registry }): Tls & Disposable {
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
