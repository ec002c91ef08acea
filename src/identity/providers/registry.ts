/** Which identity providers there are, and by what OmniCare proves itself to them. */

import { fromBytea } from '#foundation/bytea.ts'
import { newId } from '#foundation/ids.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { personById, personOf } from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { Parts } from '../parts.ts'
import type { Seal } from '../seal.ts'
import type { Provider, ProviderRules } from '../terms.ts'
import { type Caller, changing, isId } from '../tools.ts'
import type { Registration } from './exchange.ts'
import { clientIdIn, issuerIn, providerNameIn, rulesIn } from './rules.ts'
import { peopleLinkedAt } from './statements/linked.ts'
import {
  addProvider,
  countProviders,
  endProvider,
  liveProviders,
  type ProviderRow,
  providerById,
  providersSealedByOthers,
  sealProviderAnew,
} from './statements/providers.ts'

export interface NewProvider {
  readonly name: string
  /** As the provider gives it itself, in `iss`. */
  readonly issuer: string
  readonly clientId: string
  /** Absent where the provider has registered OmniCare as a public client. */
  readonly secret?: string
  readonly rules: ProviderRules
}

/** Buttons on the sign-in page. */
const MOST_PROVIDERS = 20
const MOST_SECRET = 1_000

interface Needs extends OverseenTools {
  readonly seal: Seal
  readonly address: () => string
  readonly parts: Pick<Parts, 'sessions' | 'mailing'>
}

export function openRegistry({ seal, address, parts, ...tools }: Needs) {
  const { sessions: within, mailing } = parts
  const { control, nowMs } = tools
  const purpose = (id: string) => `provider ${id}`
  const secretOf = ({ id, secret, key }: ProviderRow): Buffer =>
    seal.open(fromBytea(String(secret)), String(key), purpose(id))
  const redirectUri = (id: string): string => `${address()}/api/session/providers/${id}/callback`
  const rulesOf = (row: ProviderRow): ProviderRules => JSON.parse(row.rules) as ProviderRules
  const shown = (row: ProviderRow): Provider => ({
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    hasSecret: row.secret !== null,
    rules: rulesOf(row),
    redirectUri: redirectUri(row.id),
    made: instant(row.made),
  })

  return {
    redirectUri,
    list: async (): Promise<Provider[]> => (await control.rows(liveProviders())).map(shown),
    /** Throws `identity/no-provider`. */
    async find(id: string): Promise<{ readonly rules: ProviderRules; readonly registration: Registration }> {
      const [row] = isId(id) ? await control.quick(providerById(id)) : []
      if (row === undefined) throw identityFaults['no-provider']()
      const rules = rulesOf(row)
      const secret = row.secret === null ? undefined : secretOf(row).toString()
      const { issuer, client_id: clientId } = row
      return { rules, registration: { id, issuer, clientId, secret, scopes: rules.scopes, acr: rules.secondByAcr } }
    },
    /** Throws `identity/bad-provider`. */
    add(caller: Caller, given: NewProvider): Promise<Provider> {
      const id = newId()
      const about = { action: 'credential', resources: [`provider/${id}`], reason: 'identity provider added' } as const
      return changing(tools, caller, about, async (tx) => {
        const { secret } = given
        if (secret !== undefined && (secret === '' || secret.length > MOST_SECRET))
          throw identityFaults['bad-provider']({ why: `A secret has 1 to ${MOST_SECRET} characters.` })
        const [{ count } = { count: 0 }] = await tx.rows(countProviders())
        if (count >= MOST_PROVIDERS)
          throw identityFaults['bad-provider']({
            why: `There are ${MOST_PROVIDERS} providers, as many as there may be.`,
          })
        const row = {
          id,
          name: providerNameIn(given.name),
          issuer: issuerIn(given.issuer),
          clientId: clientIdIn(given.clientId),
          secret: secret === undefined ? null : seal.seal(Buffer.from(secret), purpose(id)),
          key: secret === undefined ? null : seal.id,
          rules: JSON.stringify(rulesIn(given.rules)),
          now: at(nowMs()),
        }
        if ((await tx.rows(addProvider(row))).length === 0)
          throw identityFaults['bad-provider']({ why: 'There is a provider of that name or issuer already.' })
        const [made] = await tx.rows(providerById(id))
        const { resources } = about
        await tools.oversee(tx, caller, 'provider-added', { resources, whom: `${row.name}, ${row.issuer}` })
        return shown(made as ProviderRow)
      })
    },
    /**
     * Nobody comes in by it any more, and who came in by it is out; they are written to. Gives how many sessions have ended.
     * Throws `identity/no-provider`.
     */
    remove(caller: Caller, id: string): Promise<{ readonly sessions: number }> {
      const resources = isId(id) ? [`provider/${id}`] : []
      const about = { action: 'credential', resources, reason: 'identity provider removed' } as const
      return changing(tools, caller, about, async (tx) => {
        const [ended] = isId(id) ? await tx.rows(endProvider(id, at(nowMs()))) : []
        if (ended === undefined) throw identityFaults['no-provider']()
        const sessions = await within.cutOffAllBy(tx, id)
        for (const { person } of mailing.on ? await tx.rows(peopleLinkedAt(id)) : []) {
          const [row] = await tx.rows(personById(person))
          if (row !== undefined) await mailing.notice(tx, personOf(row), 'provider-removed', caller)
        }
        await tools.oversee(tx, caller, 'provider-removed', { resources, whom: ended.name })
        return { sessions }
      })
    },
    /** Seals anew what a former key has sealed. */
    sealAnew: (): Promise<void> =>
      control.transaction(async (tx) => {
        for (const row of await tx.rows(providersSealedByOthers(seal.id)))
          await tx.rows(sealProviderAnew(row.id, seal.seal(secretOf(row), purpose(row.id)), seal.id))
      }),
  }
}
