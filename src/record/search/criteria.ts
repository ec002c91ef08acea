/** Criteria as clients write them: `identifier=…`, and as HAPI's do, with where they are to be asked before them. */
const ADDRESSED = /^(?:https?:\/\/[^?=&]+\/|\/)?([A-Za-z]*)\?/

/** The bare criteria for `type`; undefined when there are none, or they are for another type. */
export function criteriaFor(type: string, given: string): string | undefined {
  const text = given.trim()
  const [address = '', named = ''] = ADDRESSED.exec(text) ?? []
  if (named !== '' && named !== type) return undefined
  return text.slice(address.length) || undefined
}
