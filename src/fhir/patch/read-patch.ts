import { MOST_IN_PATCH, refuseComplex } from '../complexity.ts'
import { readExactly } from '../text/read.ts'

/** The document of a patch, its numbers as they were written. Throws `fhir/too-complex`, and what `readExactly` throws. */
export function readPatch(text: string): unknown {
  refuseComplex(text, MOST_IN_PATCH)
  return readExactly(text)
}
