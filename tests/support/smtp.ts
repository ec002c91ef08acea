/** A real mail server of a test's own: takes letters, or answers as the test says. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { After } from './suite.ts'

interface Arrived {
  readonly to: readonly string[]
  readonly messageId: string
  readonly subject: string
  /** Whether it came over an encrypted connection. */
  readonly secure: boolean
  /** As whom the sender has signed in. */
  readonly user: string | undefined
  /** The whole letter, quoted-printable undone. */
  readonly text: string
}

export interface TestSmtp {
  readonly port: number
  /** What was taken, in order. */
  readonly arrived: Arrived[]
  /** How often somebody has offered a letter. */
  readonly offered: () => number
  /** What the next letters are answered with once they are there; undefined: they are taken. */
  readonly answer: (with_: ((n: number) => Promise<Refused | undefined> | Refused | undefined) | undefined) => void
}

interface Refused {
  readonly code: number
  /** Whether the letter has been taken all the same: its answer is lost. */
  readonly kept?: boolean
}

/** By default it knows no encryption. */
export async function startSmtp(t: After, options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<TestSmtp> {
  const arrived: Arrived[] = []
  let offered = 0
  let answer: ((n: number) => Promise<Refused | undefined> | Refused | undefined) | undefined
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    logger: false,
    onData(stream, session, callback) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => void pieces.push(piece))
      stream.on('end', async () => {
        const raw = Buffer.concat(pieces).toString()
        const refused = await answer?.(++offered)
        if (answer === undefined) offered++
        if (refused === undefined || refused.kept === true)
          arrived.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            messageId: /^message-id: (.*)\r$/im.exec(raw)?.[1] ?? '',
            subject: /^subject: (.*)\r$/im.exec(raw)?.[1] ?? '',
            secure: session.secure,
            user: session.user,
            text: unquoted(raw),
          })
        if (refused === undefined) callback()
        else callback(Object.assign(new Error('not now'), { responseCode: refused.code }))
      })
    },
    ...options,
  })
  // A connection that its sender has given up.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => void server.listen(0, host, () => resolve()))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return {
    port: (server.server.address() as AddressInfo).port,
    arrived,
    offered: () => offered,
    answer: (with_) => {
      answer = with_
    },
  }
}

/** https://www.rfc-editor.org/rfc/rfc2045#section-6.7, as far as letters of ours need it. */
const unquoted = (raw: string): string =>
  raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** A key and a certificate that vouches for itself, for that address. */
export function certificate(t: After, address: string): { key: string; cert: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-certificate-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const about = ['-subj', '/CN=mail of a test', '-addext', `subjectAltName=IP:${address}`, '-days', '2']
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...about]
  execFileSync('openssl', [...make, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), file: cert }
}
