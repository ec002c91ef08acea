/** What leaves when an answer that was kept is given again. */
import type { Deed } from '#audit'
import { Left } from '../left.ts'

interface Bundle {
  readonly entry?: readonly { readonly resource?: Resource }[]
}

interface Resource extends Bundle {
  readonly resourceType: string
  readonly id?: string
  readonly meta?: { readonly versionId?: string }
}

/** The giving again of a batch's or transaction's answer, with all resources that it holds. */
export function again(action: 'batch' | 'transaction', text: string): Deed {
  const left = new Left(undefined)
  addAll(left, JSON.parse(text) as Bundle)
  return { action, ...left.about(), status: 200, reason: 'The answer that was given before was given again.' }
}

function addAll(left: Left, { entry = [] }: Bundle): void {
  for (const { resource } of entry) {
    if (resource === undefined) continue
    const { resourceType: type, id, meta } = resource
    if (type === 'Bundle' && id === undefined) addAll(left, resource)
    else if (id !== undefined) left.add({ type, id, version: Number(meta?.versionId), body: JSON.stringify(resource) })
  }
}
