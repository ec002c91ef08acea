/** Certificates of a test's own, made by openssl: signed by themselves, or by an authority of the test. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PairFiles } from '#foundation/tls/pair.ts'
import type { After } from './suite.ts'

export interface Made {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

interface Wanted {
  readonly names?: string
  /** For how long it counts, from now on. */
  readonly days?: number
  readonly rsaBits?: number
  readonly by?: Made
}

const LOCAL = 'DNS:localhost,IP:127.0.0.1'
const folderOf = (t: After): string => {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** A new key and its certificate; `by`: signed by that authority instead of by itself, which then stands behind it. */
export function newCertificate(t: After, { names = LOCAL, days = 90, rsaBits, by }: Wanted = {}): Made {
  const folder = folderOf(t)
  const [cert, key] = [join(folder, 'made.pem'), join(folder, 'made.key')]
  const kind = rsaBits === undefined ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [`rsa:${rsaBits}`]
  const signed =
    by === undefined ? [] : ['-CA', inFile(folder, 'ca.pem', by.cert), '-CAkey', inFile(folder, 'ca.key', by.key)]
  const extensions = ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE']
  openssl(
    ...['req', '-x509', '-newkey', ...kind, '-nodes', '-subj', '/CN=omnicare test', '-keyout', key, '-out', cert],
    ...['-days', String(days)],
    ...extensions,
    ...signed,
  )
  const made = { cert: openssl('x509', '-in', cert), key: openssl('pkey', '-in', key) }
  return by === undefined ? made : { ...made, cert: made.cert + by.cert }
}

export function newAuthority(t: After): Made {
  const folder = folderOf(t)
  const [cert, key] = [join(folder, 'ca.pem'), join(folder, 'ca.key')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90']
  openssl('req', '-x509', ...kind, '-subj', '/CN=authority of a test', '-keyout', key, '-out', cert)
  return { cert: openssl('x509', '-in', cert), key: openssl('pkey', '-in', key) }
}

function inFile(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** Files for a pair in a folder of the test's own, with `made` in them. */
export function filesFor(t: After, made: Made): PairFiles {
  const folder = folderOf(t)
  chmodSync(folder, 0o755)
  const files = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'privkey.pem') }
  put(files, made)
  return files
}

/** Puts another pair into the files: each is written beside its place, and renamed. */
export function put({ certificate, key }: PairFiles, { cert, key: secret }: Made): void {
  for (const [file, text, mode] of [
    [key, secret, 0o600],
    [certificate, cert, 0o644],
  ] as const) {
    writeFileSync(`${file}.new`, text, { mode })
    renameSync(`${file}.new`, file)
  }
}

/** OMNICARE_TLS_… */
export const settingsFor = ({ certificate, key }: PairFiles) => ({
  OMNICARE_TLS_CERTIFICATE: certificate,
  OMNICARE_TLS_KEY: key,
})
