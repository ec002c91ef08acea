/** Bundles made by joining the stored texts: no resource is parsed to be sent. */

export interface Entry {
  /** Of characters that JSON does not escape. */
  readonly fullUrl: string
  readonly text: string
  readonly mode: 'match' | 'include' | 'outcome'
}

export interface Link {
  readonly relation: 'self' | 'first' | 'next' | 'previous'
  readonly url: string
}

/** A searchset as JSON text. */
export function searchset(entries: readonly Entry[], links: readonly Link[], total: number | undefined): string {
  const count = total === undefined ? '' : `,"total":${total}`
  const listed = entries.map(
    ({ fullUrl, text, mode }) => `{"fullUrl":"${fullUrl}","resource":${text},"search":{"mode":"${mode}"}}`,
  )
  return bundle('searchset', `${count}${linkText(links)}`, listed)
}

export const linkText = (links: readonly Link[]): string =>
  `,"link":[${links.map(({ relation, url }) => `{"relation":"${relation}","url":${JSON.stringify(url)}}`).join(',')}]`

/** `head`: members after the type, each with its comma. An empty `entry` is left out, as FHIR wants it. */
export const bundle = (type: string, head: string, entries: readonly string[]): string =>
  `{"resourceType":"Bundle","type":"${type}"${head}${entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`}}`
