/**
 * Where oidc-provider keeps codes, refresh tokens, grants and interactions. Each is found by the hash of its id, which is the
 * secret that its holder shows; the id is stored nowhere.
 */

import type { Adapter, AdapterPayload } from 'oidc-provider'
import { at } from '#foundation/timestamp.ts'
import { hashOf } from '../secrets.ts'
import type { Tools } from '../tools.ts'
import type { Clients } from './clients.ts'
import { errors } from './library.ts'
import {
  artifact,
  consumeArtifact,
  dropArtifact,
  dropArtifactsOf,
  type NewArtifact,
  putArtifact,
} from './statements/artifacts.ts'

/** As the library's models are kept: `jti` is what their holder shows. */
export function artifactOf(
  kind: string,
  id: string,
  { jti, ...payload }: AdapterPayload,
  expires: string | null,
): NewArtifact {
  return { kind, hash: hashOf(id), payload: JSON.stringify(payload), grant: hidden(payload.grantId), expires }
}

const hidden = (grantId: unknown): Buffer | null => (typeof grantId === 'string' ? hashOf(grantId) : null)

export function openArtifacts(
  { control, nowMs }: Pick<Tools, 'control' | 'nowMs'>,
  clients: Pick<Clients, 'forProvider'>,
): (kind: string) => Adapter {
  const none = async () => undefined
  return (kind) =>
    kind === 'Client'
      ? clients.forProvider
      : {
          async upsert(id, payload, expiresIn) {
            const expires = expiresIn ? at(nowMs() + expiresIn * 1000) : null
            await control.rows(putArtifact(artifactOf(kind, id, payload, expires)))
          },
          async find(id) {
            const [row] = await control.rows(artifact(kind, hashOf(id), at(nowMs())))
            if (row === undefined) return undefined
            const { payload, consumed } = row
            const kept = { ...(JSON.parse(payload) as AdapterPayload), jti: id }
            return consumed === null ? kept : { ...kept, consumed }
          },
          // Of two who send the same one at once, one is refused.
          async consume(id) {
            const taken = await control.rows(consumeArtifact(kind, hashOf(id), at(nowMs())))
            if (taken.length === 0) throw new errors.InvalidGrant('already used')
          },
          destroy: async (id) => void (await control.rows(dropArtifact(kind, hashOf(id)))),
          revokeByGrantId: async (grantId) => void (await control.rows(dropArtifactsOf(kind, hashOf(grantId)))),
          // Sessions of the library live for one authorization only, and nobody asks for them by another name.
          findByUid: none,
          findByUserCode: none,
        }
}
