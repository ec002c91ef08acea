/** The policy that a hospital has as long as it has none of its own. */
import given from './hospital-policy.json' with { type: 'json' }
import { type Policy, readPolicy } from './policy.ts'

let read: Policy | undefined

export function hospitalPolicy(): Policy {
  read ??= readPolicy(given, 'of OmniCare')
  return read
}
