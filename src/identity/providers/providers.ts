/**
 * Signing in by an identity provider of the hospital, and linking an account to who one is there.
 *
 * Whoever comes back is looked for by provider and subject, and by nothing else once they are linked. At the first time an
 * account may be found by a verified address, or be made, where an administrator has said so; otherwise nobody is let in.
 */
import { at } from '#foundation/timestamp.ts'
import { netOf } from '../accounts/net.ts'
import { lockPerson, personOf } from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { Parts } from '../parts.ts'
import type { Seal } from '../seal.ts'
import { hashOf, newSecret } from '../secrets.ts'
import { placeOf } from '../sign-in/next-step.ts'
import { openProgress, type Progress, type SignInRules } from '../sign-in/progress.ts'
import type { Factor, LinkedIdentity, Person, Provider, ProviderRules } from '../terms.ts'
import { type About, type Caller, deedOf, isId, refusalTold } from '../tools.ts'
import { openExchange, type Proved, refusedBy, stateOf } from './exchange.ts'
import { openFirstTime } from './first-time.ts'
import { openFollowing } from './following.ts'
import { openLinked } from './linked.ts'
import { type NewProvider, openRegistry } from './registry.ts'
import { provesSecond, rolesBy } from './rules.ts'
import { type AwayRow, addAway, dropOldestAway, takeAway, tidyAway } from './statements/away.ts'
import { linkedTo, noteLinkedUse } from './statements/linked.ts'

interface Begun {
  /** For the browser's cookie: only who has it comes back. */
  readonly secret: string
  /** Of the provider, for the browser to go to. */
  readonly redirect: string
}

/** Somebody has come back from a provider. */
export interface CameBack {
  readonly provider: string
  /** Of the cookie. */
  readonly secret: string
  /** What stands behind the ? of the address. */
  readonly query: string
  /** Who is signed in with this browser. */
  readonly signedIn: string | undefined
  /** Called once what was begun is used up, whatever comes of it, with the page to go on with: the cookie is of no use then. */
  readonly usedUp: (back: string) => void
}

interface Returned {
  /** How the sign-in goes on; undefined when an identity was linked. */
  readonly progress: Progress | undefined
  /** The page to go on with. */
  readonly back: string
}

export interface Providers {
  list(): Promise<Provider[]>
  add(caller: Caller, provider: NewProvider): Promise<Provider>
  remove(caller: Caller, id: string): Promise<{ readonly sessions: number }>
  /** What a provider says of itself now. Throws `identity/bad-provider`, saying why it can't be used. */
  test(caller: Caller, id: string): Promise<{ issuer: string; signsInAt: string; tokensAt: string }>
  /** Sends somebody to a provider: to sign in or, of who is named, to link. Throws `identity/provider-away`. */
  begin(caller: Caller, id: string, back: string, person?: string): Promise<Begun>
  /** Throws what `PROVIDER_REFUSALS` lists, each of which is recorded. */
  cameBack(caller: Caller, given: CameBack): Promise<Returned>
  linkedOf(person: string): Promise<LinkedIdentity[]>
  linkedAt(provider: string): Promise<LinkedIdentity[]>
  link(caller: Caller, provider: string, person: string, subject: string): Promise<void>
  unlink(caller: Caller, provider: string, person: string): Promise<void>
}

const AWAY_MS = 10 * 60_000
/** A hospital may sign in at seven o'clock from behind one address. */
const MOST_AWAY = 2_000
const MOST_QUERY = 8_192

export interface ProviderNeeds extends OverseenTools {
  readonly seal: Seal
  readonly rules: SignInRules
  readonly parts: Pick<Parts, 'sessions' | 'throttle' | 'mailing'>
  /** By which people come to operations, without a final slash. */
  readonly address: () => string
  readonly count: (what: Factor, outcome: string) => void
}

export function openProviders({ seal, rules: signInRules, parts, address, count, ...tools }: ProviderNeeds) {
  const { control, record, nowMs } = tools
  const registry = openRegistry({ ...tools, seal, address, parts })
  const linked = openLinked(tools, parts)
  const exchange = openExchange(nowMs)
  const findOrMake = openFirstTime(tools, linked)
  const following = openFollowing(tools, parts.sessions)
  const progress = openProgress(tools, signInRules, parts)

  const aboutOf = (id: string, reason?: string, action: About['action'] = 'sign-in'): About => ({
    action,
    resources: isId(id) ? [`provider/${id}`] : [],
    ...(reason !== undefined && { reason }),
  })

  const signsIn = async (
    caller: Caller,
    { id, rules }: { id: string; rules: ProviderRules },
    tell: (more: Partial<About>) => About,
    ask: () => Promise<Proved>,
  ): Promise<Progress> => {
    let about = aboutOf(id)
    const note = (more: Partial<About>) => {
      about = tell(more)
    }
    const { progress: next } = await progress.told<{ progress: Progress; person: Person }>(
      caller,
      () => about,
      async (inOneTransaction) => {
        const tried = await parts.throttle.atProvider(caller.address)
        const proved = await told(note, ask, tried.undone)
        const [known] = await control.quick(linkedTo(id, proved.subject))
        if (known !== undefined) note({ resources: [...aboutOf(id).resources, `person/${known.person}`] })
        const mayBeNew = known === undefined && (rules.linkByEmail || rules.create !== undefined)
        const follows = known?.follows === true && rules.create !== undefined
        const all = mayBeNew || follows ? await told(note, proved.all, tried.undone) : proved.claims
        const roles = rolesBy(all, rules)
        if (follows && roles.length === 0) {
          note({ reason: 'the identity provider gives no role any more' })
          await following.refuse(caller, id, known.person)
        }
        return inOneTransaction(async (tx) => {
          const [held] = await tx.rows(linkedTo(id, proved.subject))
          const row =
            held === undefined
              ? await findOrMake(tx, { id, rules, caller, subject: proved.subject, claims: all })
              : follows && held.follows
                ? await following.follow(tx, { caller, provider: id, person: held.person, roles })
                : (await tx.rows(lockPerson(held.person)))[0]
          if (row === undefined || row.state !== 'active') throw identityFaults['no-account']()
          await tried.right(tx)
          await tx.rows(noteLinkedUse(id, proved.subject, at(nowMs())))
          const person = personOf(row)
          const factors: Factor[] = provesSecond(proved.claims, rules) ? ['provider', 'provider-second'] : ['provider']
          const begun = { place: placeOf(person), factors, skipped: false }
          return { progress: await progress.begin(tx, row.id, begun, caller), person }
        })
      },
    )
    return next
  }

  const links = async (
    caller: Caller,
    { id, person }: { id: string; person: string },
    ask: () => Promise<Proved>,
  ): Promise<void> => {
    let about = linked.about(id, person, 'identity linked')
    await refusalTold(
      tools,
      caller,
      () => about,
      async () => {
        const tried = await parts.throttle.atProvider(caller.address)
        const note = ({ reason = about.reason }: Partial<About>) => {
          about = { ...about, reason }
        }
        const { subject } = await told(note, ask, tried.undone)
        await control.transaction(async (tx) => {
          const [row] = await tx.rows(lockPerson(person))
          if (row?.state !== 'active') throw identityFaults['no-session']()
          await linked.put(tx, id, subject, { person })
          await linked.tellLinked(tx, row, caller)
          await tried.right(tx)
          await record(caller, deedOf(about), tx)
        })
      },
    )
  }

  /**
   * Takes out what this browser began. Throws `identity/not-begun-here` when it didn't begin this: what it did begin stays
   * then, since any site can send a browser here.
   */
  const taken = async ({ provider, secret, query }: CameBack): Promise<AwayRow> => {
    const states = new URLSearchParams(query).getAll('state')
    const isOurs = query.length <= MOST_QUERY && states.length === 1 && states[0] === stateOf(secret)
    const [row] = isOurs && isId(provider) ? await control.rows(takeAway(hashOf(secret), provider, at(nowMs()))) : []
    if (row === undefined) throw identityFaults['not-begun-here']()
    return row
  }

  const providers: Providers = {
    list: registry.list,
    add: registry.add,
    async remove(caller, id) {
      const removed = await registry.remove(caller, id)
      exchange.forget(id)
      return removed
    },
    test(caller, id) {
      const about = aboutOf(id, 'identity provider tested', 'credential')
      return refusalTold(tools, caller, about, async () => {
        const { registration } = await registry.find(id)
        exchange.forget(id)
        const said = await exchange.test(registration).catch((error) => {
          throw identityFaults['bad-provider']({ why: `The identity provider ${refusedBy(error).why}.` })
        })
        await record(caller, deedOf(about))
        return said
      })
    },
    async begin(caller, id, back, person) {
      let about = aboutOf(id, 'sent to the identity provider', person === undefined ? 'sign-in' : 'credential')
      return refusalTold(
        tools,
        caller,
        () => about,
        async () => {
          const { registration } = await registry.find(id)
          const secret = newSecret()
          const redirect = await told(
            ({ reason = '' }) => {
              about = { ...about, reason }
            },
            () => exchange.address(registration, secret, registry.redirectUri(id)),
          )
          await control.transaction(async (tx) => {
            const now = nowMs()
            const net = netOf(caller.address)
            const row = { hash: hashOf(secret), provider: id, person: person ?? null, back, net, now: at(now) }
            await tx.rows(addAway({ ...row, expires: at(now + AWAY_MS) }))
            await tx.rows(dropOldestAway(net, MOST_AWAY))
            await record(caller, deedOf(about), tx)
          })
          return { secret, redirect }
        },
      )
    },
    async cameBack(caller, given) {
      const { provider: id, secret, query, signedIn } = given
      try {
        const { back, person, rules, registration } = await refusalTold(tools, caller, aboutOf(id), async () => {
          const away = await taken(given)
          given.usedUp(away.back)
          // Whoever began to link has signed out meanwhile, or somebody else is in.
          if (away.person !== null && away.person !== signedIn) throw identityFaults['not-begun-here']()
          return { ...away, ...(await registry.find(id)) }
        })
        const ask = () => exchange.proved(registration, secret, `${registry.redirectUri(id)}?${query}`)
        if (person !== null) {
          await links(caller, { id, person }, ask)
          return { progress: undefined, back }
        }
        const next = await signsIn(caller, { id, rules }, (more) => ({ ...aboutOf(id), ...more }), ask)
        count('provider', 'right')
        return { progress: next, back }
      } catch (error) {
        count('provider', String((error as { code?: unknown }).code ?? 'unexpected'))
        throw error
      }
    },
    linkedOf: linked.ofPerson,
    linkedAt: linked.ofProvider,
    link: linked.link,
    unlink: linked.unlink,
  }
  return {
    providers,
    /** Within the transactions of one's own account. */
    drop: linked.drop,
    sealAnew: registry.sealAnew,
    tidy: async () => void (await control.rows(tidyAway(at(nowMs())))),
  }
}

/** Nobody guesses anything by these. */
const BY_NOBODYS_FAULT: readonly string[] = ['identity/provider-away', 'identity/provider-said-no']

/**
 * Asks a provider; why it came to nothing is noted for the audit trail in the words that `refusedBy` has.
 * @param undone when it was no fault of whoever tried
 */
async function told<T>(
  note: (more: Partial<About>) => void,
  work: () => Promise<T>,
  undone: () => Promise<void> = async () => undefined,
): Promise<T> {
  return work().catch(async (error) => {
    const { fault, why } = refusedBy(error)
    note({ reason: `the identity provider ${why}` })
    if (BY_NOBODYS_FAULT.includes(fault.code)) await undone()
    throw fault
  })
}
