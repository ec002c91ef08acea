/**
 * A server that speaks as much of S3 as an export needs, and refuses what S3 refuses: wrong signatures, sums that don't
 * fit, writing over what is there when that is excluded, locks where there are none, or into the past.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHmac, hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

interface Version {
  readonly content: Buffer
  readonly mode: string | undefined
  readonly until: string | undefined
}

export interface TestS3 extends AsyncDisposable {
  readonly endpoint: string
  /** By `/bucket/key`, oldest first. */
  readonly versions: ReadonlyMap<string, readonly Version[]>
}

/** The only one who may ask. */
export const S3_USER = { AWS_ACCESS_KEY_ID: 'TRAIL', AWS_SECRET_ACCESS_KEY: 'of-this-test', AWS_REGION: 'eu-west-1' }

class Refusal extends Error {
  readonly status: number
  constructor(status: number, code: string) {
    super(code)
    this.status = status
  }
}

export async function startS3(buckets: readonly string[], locks: boolean): Promise<TestS3> {
  const versions = new Map<string, Version[]>()

  const put = (key: string, { headers }: IncomingMessage, content: Buffer) => {
    const header = (name: string) => headers[name] as string | undefined
    const own = versions.get(key) ?? []
    const sum = header('x-amz-checksum-sha256')
    const until = header('x-amz-object-lock-retain-until-date')
    if (sum !== undefined && sum !== hash('sha256', content, 'base64')) throw new Refusal(400, 'BadDigest')
    if (until !== undefined && !locks) throw new Refusal(400, 'InvalidRequest')
    if (until !== undefined && (sum === undefined || !(Date.parse(until) > Date.now())))
      throw new Refusal(400, 'InvalidArgument')
    if (header('if-none-match') === '*' && own.length > 0) throw new Refusal(412, 'PreconditionFailed')
    versions.set(key, [...own, { content, mode: header('x-amz-object-lock-mode'), until }])
  }
  const get = (key: string, answer: ServerResponse) => {
    const newest = versions.get(key)?.at(-1)
    if (newest === undefined) throw new Refusal(404, 'NoSuchKey')
    const { content, mode, until } = newest
    if (mode !== undefined && until !== undefined)
      answer.setHeader('x-amz-object-lock-mode', mode).setHeader('x-amz-object-lock-retain-until-date', until)
    answer.end(content)
  }
  const lockConfiguration = (answer: ServerResponse) => {
    if (!locks) throw new Refusal(404, 'ObjectLockConfigurationNotFoundError')
    answer.end('<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>')
  }
  const serve = async (given: IncomingMessage, answer: ServerResponse) => {
    const url = new URL(given.url ?? '/', 'http://s3')
    const body = await buffer(given)
    try {
      checkSignature(given, url, body)
      if (!buckets.includes(url.pathname.split('/')[1] ?? '')) throw new Refusal(404, 'NoSuchBucket')
      if (given.method === 'GET' && url.searchParams.has('object-lock')) return lockConfiguration(answer)
      if (given.method === 'GET') return get(url.pathname, answer)
      if (given.method !== 'PUT') throw new Refusal(405, 'MethodNotAllowed')
      put(url.pathname, given, body)
      answer.end()
    } catch (error) {
      const { status = 500, message } = error as Partial<Refusal>
      answer.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${message}</Code></Error>`)
    }
  }
  const server = createServer((given, answer) => void serve(given, answer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    versions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/

function checkSignature({ method, headers }: IncomingMessage, url: URL, body: Buffer): void {
  const [, user, day = '', region = '', signed = '', signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  if (user !== S3_USER.AWS_ACCESS_KEY_ID) throw new Refusal(403, 'InvalidAccessKeyId')
  const sum = headers['x-amz-content-sha256']
  if (sum !== hash('sha256', body)) throw new Refusal(400, 'XAmzContentSHA256Mismatch')
  const query = [...url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort()
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const asked = [method, url.pathname, query.join('&'), lines.join(''), signed, sum].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, hash('sha256', asked)]
  const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${S3_USER.AWS_SECRET_ACCESS_KEY}`)
  if (hmac(key, toSign.join('\n')).toString('hex') !== signature) throw new Refusal(403, 'SignatureDoesNotMatch')
}
