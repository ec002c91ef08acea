/**
 * A bucket of S3, or of what speaks its language, with Object Lock: what it was given nobody can change or remove before its
 * time, its owner and the provider's support included (mode COMPLIANCE).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * Credentials and region are found as the AWS client finds them everywhere: environment, profile, the machine's role.
 */
import { hash } from 'node:crypto'
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { Fault } from '#foundation/fault.ts'
import { auditFaults } from '../../faults.ts'
import type { ExportPlace } from './place.ts'

export interface S3Settings {
  /** Of a server that is not Amazon's. */
  readonly endpoint?: string | undefined
  /** Whether objects are locked, and whether whoever has the special right may lift that. */
  readonly lock: 'compliance' | 'governance' | 'off'
  /** How long they are locked. */
  readonly years: number
  readonly nowMs: () => number
}

/** Loaded when it is needed: it takes a fifth of a second and 22 MB, and most exports go to a folder. */
async function loadClient(): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch {
    throw auditFaults['no-s3-client']()
  }
}

/**
 * Opens a bucket to be exported to. Throws `audit/not-locked` when it doesn't lock objects and should,
 * `audit/export-unreachable`, `audit/no-s3-client`.
 */
export async function openBucket(bucket: string, prefix: string, settings: S3Settings): Promise<ExportPlace> {
  const { endpoint, lock, years, nowMs } = settings
  const { GetObjectCommand, GetObjectLockConfigurationCommand, PutObjectCommand, S3Client } = await loadClient()
  const client: S3Client = new S3Client(endpoint === undefined ? {} : { endpoint, forcePathStyle: true })
  const keyOf = (path: string) => `${prefix}${path}`
  const asking = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw error instanceof Fault ? error : auditFaults['export-unreachable']({ bucket, why: whyOf(error) })
    })

  const get = (path: string): Promise<GetObjectCommandOutput | undefined> =>
    asking(
      client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(path) })).catch((error: unknown) => {
        if (nameOf(error) === 'NoSuchKey') return undefined
        throw error
      }),
    )
  const contentOf = async (got: GetObjectCommandOutput | undefined): Promise<Buffer | undefined> =>
    got?.Body && Buffer.from(await asking(got.Body.transformToByteArray()))

  const put = async (path: string, content: Buffer, isNew: boolean): Promise<void> => {
    const until = new Date(nowMs())
    until.setUTCFullYear(until.getUTCFullYear() + years)
    const sent = client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(path),
        Body: content,
        // The server compares what has arrived, and keeps the sum.
        ChecksumSHA256: hash('sha256', content, 'base64'),
        ...(isNew && { IfNoneMatch: '*' }),
        ...(lock !== 'off' && {
          ObjectLockMode: lock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
          ObjectLockRetainUntilDate: until,
        }),
      }),
    )
    await asking(sent)
    const got = await get(path)
    if (!(await contentOf(got))?.equals(content)) throw auditFaults['false-export']({ file: path })
    if (lock !== 'off' && !(Number(got?.ObjectLockRetainUntilDate) > nowMs()))
      throw auditFaults['not-locked']({ bucket })
  }

  if (lock !== 'off') {
    const { ObjectLockConfiguration } = await asking(
      client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })).catch((error: unknown) => {
        if (nameOf(error) === 'ObjectLockConfigurationNotFoundError') return { ObjectLockConfiguration: undefined }
        throw error
      }),
    )
    if (ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') throw auditFaults['not-locked']({ bucket })
  }

  return {
    name: `s3://${bucket}/${prefix}`,
    isChangeable: lock === 'off',
    read: async (path) => contentOf(await get(path)),
    async keep(path, content) {
      const there = await contentOf(await get(path))
      if (there === undefined) await put(path, content, true)
      else if (!there.equals(content)) throw auditFaults['false-export']({ file: path })
      return there === undefined
    },
    replace: (path, content) => put(path, content, false),
  }
}

const nameOf = (error: unknown): string => (error as { name?: string }).name ?? ''

/** Names of S3's errors say enough; their texts may have anything in them. */
function whyOf(error: unknown): string {
  const {
    name = 'unknown',
    code = '',
    $metadata,
  } = error as {
    name?: string
    code?: string
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode
  return [name, code, status === undefined ? '' : `status ${status}`].filter((word) => word !== '').join(', ')
}
