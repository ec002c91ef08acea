/** The views of those who ask. */
import type { Database } from '#foundation/database.ts'
import { gather, upTo } from '#foundation/gather.ts'
import type { Access } from '#identity/entry'
import type { Asker } from '../record.ts'
import { standingOfPersons } from '../statements/access.ts'
import type { Policy } from './policy.ts'
import { dependsOnCare, type Grant, isUnrestricted } from './reach.ts'
import { View } from './view.ts'

export interface Views {
  readonly policy: Policy
  /** Undefined: everything is within reach, and nothing needs to be looked at. */
  of(caller: Pick<Asker, 'access'>): View | Promise<View> | undefined
}

const TOGETHER = { sizes: upTo(64), lanes: 2, most: 5_000 }
const NOBODY: Access = {
  subject: { kind: 'client', id: 'nobody' },
  roles: [],
  scopes: [],
  purpose: '',
  breakGlass: false,
}

interface Standing {
  readonly actors: readonly string[]
  readonly grants: readonly Grant[]
}

/** `Practitioner/7`, whom a role or ward is given to. */
const actorOf = ({ fhirUser = '' }: Access): string | undefined =>
  /^(?:Practitioner|PractitionerRole)\/[A-Za-z0-9.-]{1,64}$/.test(fhirUser) ? fhirUser : undefined

export function openViews(db: Pick<Database, 'quick'>, policy: Policy): Views {
  const known = new WeakMap<Access, { readonly view: View; readonly actors: string }>()
  /** Asked anew for each request, of all that come together at once: who has opened a chart sees it at the next request. */
  const standing = gather(async (accesses: readonly Access[]): Promise<Standing[]> => {
    const persons = [...new Set(accesses.map(({ subject }) => subject.id))]
    const practitioners = [...new Set(accesses.flatMap((access) => actorOf(access) ?? []))]
    const rows = await db.quick(standingOfPersons(persons, practitioners))
    return accesses.map((access) => {
      const self = actorOf(access)
      const acts = rows.flatMap(({ practitioner, actor }) => (practitioner === self && actor !== null ? [actor] : []))
      const grants = rows.flatMap(({ person, patient, reason }) =>
        person === access.subject.id && patient !== null ? [{ patient, reason: reason ?? '' }] : [],
      )
      return { actors: self === undefined ? [] : [self, ...acts].sort(), grants }
    })
  }, TOGETHER)

  const viewOf = (access: Access, { actors, grants }: Standing): View => {
    if (grants.length > 0) return new View(policy, access, actors, grants)
    const text = actors.join()
    const last = known.get(access)
    if (last?.actors === text) return last.view
    const view = new View(policy, access, actors, grants)
    known.set(access, { view, actors: text })
    return view
  }

  const nobody = new View(policy, NOBODY, [], [])
  const alone: Standing = { actors: [], grants: [] }
  return {
    policy,
    of({ access }) {
      if (access === null) return nobody
      if (isUnrestricted(access)) return undefined
      if (!dependsOnCare(policy, access)) return viewOf(access, alone)
      return standing(access).then((found) => viewOf(access, found))
    },
  }
}
