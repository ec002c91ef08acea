/** What whoever is signed in may do with daily procedures. */
import { permits } from '../../../src/identity/terms.ts'
import { useSignedIn } from '../../inside.tsx'

/** `cannot`: why they change nothing; undefined when they may. */
export function useRights(): { readonly person: string; readonly cannot: string | undefined } {
  const { person, session } = useSignedIn()
  const may = session.place === 'operations' && permits(person.roles, 'procedures:write')
  return { person: person.id, cannot: may ? undefined : 'Only operators and administrators do procedures.' }
}
