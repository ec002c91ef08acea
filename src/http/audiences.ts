import { FHIR_PATH } from './fhir/door.ts'

/**
 * FHIR bases for which an access token of this hospital may be meant; the first is the one that tokens name.
 *
 * @param address by which the hospital listens
 */
export function audiencesOf(address: string, publicUrl: string | undefined): readonly [string, ...string[]] {
  if (publicUrl !== undefined) return [publicUrl.replace(/\/+$/, '') + FHIR_PATH]
  const { port, protocol } = new URL(address)
  const local = ['127.0.0.1', 'localhost'].map((host) => `${protocol}//${host}:${port}${FHIR_PATH}`)
  return [address + FHIR_PATH, ...local.filter((base) => base !== address + FHIR_PATH)]
}
