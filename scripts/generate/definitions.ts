/** The official R4 definitions, as the development package `hl7.fhir.r4.examples` ships them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: definitions are read by many shapes; what is printed from them is typed.
export type Definition = Record<string, any>

/** Every resource of `kind` in the package under `root`, in the order of its file names, which does not change. */
export function readDefinitions(root: string, kind: string): Definition[] {
  const folder = join(root, 'node_modules/hl7.fhir.r4.examples')
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}-`) && file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Definition)
}
