/** The hospital's own policy. */
import { readFileSync } from 'node:fs'
import { Fault } from '#foundation/fault.ts'
import { type Policy, readPolicy } from '#record'

/** Reads the policy in `file`. Throws `hospital/no-policy`, and `record/policy-mistakes` with all that is wrong. */
export function policyIn(file: string): Policy {
  let given: unknown
  try {
    given = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'can not be read'
    const remedy = 'Mend OMNICARE_POLICY, or leave it out for the policy that OmniCare brings.'
    throw Object.assign(new Fault('invalid', 'hospital/no-policy', `The policy file ${file} ${why}.`, remedy), {
      cause,
    })
  }
  return readPolicy(given, file)
}
