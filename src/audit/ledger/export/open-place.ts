import { auditFaults } from '../../faults.ts'
import { folderPlace } from './folder.ts'
import type { ExportPlace } from './place.ts'
import { openBucket, type S3Settings } from './s3.ts'

/** Opens a folder by its path, or a bucket as `s3://bucket/prefix`. Throws `audit/bad-export-place`, and as `openBucket`. */
export async function openExportPlace(address: string, settings: S3Settings): Promise<ExportPlace> {
  if (address.startsWith('/')) return folderPlace(address)
  const bucket = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w!.*'()/-]*))?$/.exec(address)
  if (bucket?.[1] === undefined) throw auditFaults['bad-export-place']({ place: address })
  const prefix = (bucket[2] ?? '').replace(/\/+$/, '')
  return openBucket(bucket[1], prefix === '' ? '' : `${prefix}/`, settings)
}
