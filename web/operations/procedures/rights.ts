/** What whoever is signed in may do with daily procedures. */
import { may, useSignedIn } from '../../inside.tsx'

/** `cannot`: why they change nothing; undefined when they may. */
export function useRights(): { readonly person: string; readonly cannot: string | undefined } {
  const signedIn = useSignedIn()
  return {
    person: signedIn.person.id,
    cannot: may(signedIn, 'procedures:write') ? undefined : 'Only operators and administrators do procedures.',
  }
}
