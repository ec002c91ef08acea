/** The steps of an authorization that a person takes: signing in, choosing a patient, consenting. One after the other. */
import type { Provider } from 'oidc-provider'
import { scopesOf } from '../access.ts'
import { identityFaults } from '../faults.ts'
import type { SignedIn } from '../sessions/sessions.ts'
import type { Person } from '../terms.ts'
import { type Caller, committing, refusalTold, type Tools } from '../tools.ts'
import type { Clients } from './clients.ts'
import type { Contexts } from './contexts.ts'
import type { Result } from './provider.ts'
import { grantable, inWords } from './scopes.ts'

interface Shown {
  readonly prompt: 'login' | 'patient' | 'consent'
  readonly client: { readonly name: string; readonly uri?: string; readonly trusted: boolean }
  readonly scopes: readonly { readonly scope: string; readonly says: string }[]
  readonly launch?: { readonly patient?: string }
}

/**
 * `uid` is believed only from the browser that it was begun in: whoever calls has checked that. All throw
 * `identity/no-interaction`, and `identity/other-prompt` when it is another step's turn. Steps give where to go on.
 */
export interface Interactions {
  show(uid: string): Promise<Shown>
  /** Throws `identity/bad-launch`. */
  login(caller: Caller, uid: string, session: SignedIn): Promise<string>
  /** Throws `identity/bad-context`. */
  patient(uid: string, session: SignedIn, patient: string): Promise<string>
  /** Grants those of what is asked for that are named. */
  consent(caller: Caller, uid: string, session: SignedIn, granted: readonly string[]): Promise<string>
  deny(uid: string): Promise<string>
}

interface Needs extends Tools {
  readonly provider: () => Provider
  readonly contexts: Contexts
  readonly clients: Clients
  readonly person: (id: string) => Promise<Person | undefined>
  readonly audience: () => string
}

const ID = /^[A-Za-z0-9.-]{1,64}$/

export function openInteractions({ provider, contexts, clients, audience, ...tools }: Needs): Interactions {
  const find = async (uid: string, prompt?: Shown['prompt']) => {
    const interaction = await provider().Interaction.find(uid)
    if (interaction === undefined) throw identityFaults['no-interaction']()
    // Each step is taken once: what it found out has not been handed over yet.
    const isOther = prompt !== undefined && interaction.prompt.name !== prompt
    if (isOther || (prompt !== undefined && interaction.result !== undefined)) throw identityFaults['other-prompt']()
    return interaction
  }
  type Interaction = Awaited<ReturnType<typeof find>>
  const soFar = (interaction: Interaction): Result => (interaction.lastSubmission ?? {}) as Result
  const goOn = async (interaction: Interaction, result: Result): Promise<string> => {
    interaction.result = result
    await interaction.save(interaction.exp - Math.floor(tools.nowMs() / 1000))
    return interaction.returnTo
  }
  /** The same person in the same session as in the step before: nobody goes on with what another one has begun. */
  const sameAs = (interaction: Interaction, { id, person }: SignedIn): Result => {
    const result = soFar(interaction)
    if (result.session !== id || result.login?.accountId !== person) throw identityFaults['no-interaction']()
    return result
  }
  const askedIn = async (interaction: Interaction): Promise<{ plain: readonly string[]; smart: readonly string[] }> => {
    const { params } = interaction
    const client = await clients.find(String(params.client_id))
    const asked = String(params.scope ?? '')
    return {
      plain: scopesOf(asked).plain.filter((scope) => client.scopes.includes(scope)),
      smart: grantable(asked, client.scopes.join(' '), false).map(({ text }) => text),
    }
  }

  return {
    async show(uid) {
      const interaction = await find(uid)
      const { name, redirectUris } = await clients.find(String(interaction.params.client_id))
      const { plain, smart } = await askedIn(interaction)
      const { patient } = soFar(interaction)
      const uri = URL.parse(redirectUris[0] ?? '')?.origin
      return {
        prompt: interaction.prompt.name as Shown['prompt'],
        client: { name, trusted: false, ...(uri !== undefined && { uri }) },
        scopes: [...plain, ...smart].map((scope) => ({ scope, says: inWords(scope) })),
        ...(patient !== undefined && { launch: { patient } }),
      }
    },
    async login(caller, uid, { id, person, roles, fhir }) {
      const interaction = await find(uid, 'login')
      const { client_id: client, launch } = interaction.params
      const about = { action: 'sign-in', resources: [`client/${client}`, `person/${person}`] } as const
      const started = await refusalTold(
        tools,
        caller,
        { ...about, reason: 'program started from a chart' },
        async () => {
          const found = typeof launch === 'string' ? await contexts.takeLaunch(launch, String(client), person) : {}
          if (found === undefined) throw identityFaults['bad-launch']()
          return found
        },
      )
      // Patients choose nobody: they are it.
      const own =
        roles.every((role) => role === 'patient') && fhir?.startsWith('Patient/')
          ? fhir.slice('Patient/'.length)
          : undefined
      if (own !== undefined && started.patient !== undefined && started.patient !== own)
        throw identityFaults['bad-launch']()
      return goOn(interaction, {
        ...soFar(interaction),
        login: { accountId: person, remember: false },
        session: id,
        ...(own !== undefined && { patient: own }),
        ...started,
      })
    },
    async patient(uid, session, patient) {
      const interaction = await find(uid, 'patient')
      const result = sameAs(interaction, session)
      if (!ID.test(patient)) throw identityFaults['bad-context']({ why: 'A patient is named by an id.' })
      return goOn(interaction, { ...result, patient })
    },
    async consent(caller, uid, session, granted) {
      const interaction = await find(uid, 'consent')
      const result = sameAs(interaction, session)
      const { client_id: client } = interaction.params
      const { plain, smart } = await askedIn(interaction)
      const grant = new (provider().Grant)({ accountId: session.person, clientId: String(client) })
      for (const scope of scopesOf(String(interaction.params.scope ?? '')).plain)
        if (plain.includes(scope) && granted.includes(scope)) grant.addOIDCScope(scope)
        else grant.rejectOIDCScope(scope)
      const resource = String(interaction.params.resource ?? audience())
      for (const scope of smart)
        if (granted.includes(scope)) grant.addResourceScope(resource, scope)
        else grant.rejectResourceScope(resource, scope)
      const grantId = await grant.save()
      const { patient, encounter } = result
      const about = {
        action: 'sign-in',
        resources: [`client/${client}`, `person/${session.person}`],
        reason: 'consent given',
      } as const
      await committing(tools, caller, about, (tx) =>
        contexts.add(tx, grantId, {
          person: session.person,
          session: session.id,
          ...(patient !== undefined && { patient }),
          ...(encounter !== undefined && { encounter }),
        }),
      )
      return goOn(interaction, { ...result, consent: { grantId } })
    },
    async deny(uid) {
      const interaction = await find(uid)
      return goOn(interaction, { error: 'access_denied', error_description: 'the person did not consent' })
    },
  }
}
