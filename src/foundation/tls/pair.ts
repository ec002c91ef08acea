/** A certificate and its key: two PEM files that belong together, read whole and checked before anybody relies on them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { tlsFaults } from './faults.ts'

export interface PairFiles {
  readonly certificate: string
  readonly key: string
}

export interface Pair {
  /** PEM: the server's own certificate, then those that vouch for it. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** The server's own. */
  readonly leaf: X509Certificate
}

const OTHERS_MAY_READ = 0o004

/** TLS 1.3, and of 1.2 what keeps former conversations secret once a key is lost: Mozilla's "intermediate", without DHE. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** By what a server speaks TLS with this pair. Whole each time: what `setSecureContext` isn't given falls back to Node's. */
export const contextOf = ({ cert, key }: Pick<Pair, 'cert' | 'key'>): SecureContextOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
})

/** Throws one of `tlsFaults` unless the pair can be served at this time. */
export function readPair(files: PairFiles, nowMs: number): Pair {
  const [cert, key] = [readText(files.certificate), readText(files.key)]
  if ((statSync(files.key).mode & OTHERS_MAY_READ) !== 0) throw tlsFaults['open-key']({ file: files.key })
  return checkedPair({ cert, key }, files, nowMs)
}

/** A pair as it was read at another time. Throws one of `tlsFaults`, naming `files`, unless it can be served at this one. */
export function checkedPair({ cert, key }: Pick<Pair, 'cert' | 'key'>, files: PairFiles, nowMs: number): Pair {
  const leaf =
    parsed(() => new X509Certificate(cert)) ?? refuse(tlsFaults['not-certificate']({ file: files.certificate }))
  const privateKey = parsed(() => createPrivateKey(key)) ?? refuse(tlsFaults['not-key']({ file: files.key }))
  if (!leaf.checkPrivateKey(privateKey)) throw tlsFaults['other-key'](files)
  const { validFromDate: begins, validToDate: ends } = leaf
  if (ends.getTime() <= nowMs) throw tlsFaults.over({ file: files.certificate, ended: day(ends) })
  if (begins.getTime() > nowMs) throw tlsFaults['not-yet']({ file: files.certificate, begins: begins.toISOString() })
  try {
    createSecureContext(contextOf({ cert, key }))
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    throw tlsFaults.unusable({ file: files.certificate, code })
  }
  return { cert, key, leaf }
}

const day = (date: Date): string => date.toISOString().slice(0, 10)

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? tlsFaults.absent({ file }) : tlsFaults.unreadable({ file, code })
  }
}

/** What OpenSSL says of what it can't parse helps nobody who reads a log. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

function refuse(fault: Error): never {
  throw fault
}
