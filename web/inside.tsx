/** The pages of whoever is signed in; others are asked to, and come back to where they wanted to go. */
import { Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { OperationsPermission } from '../src/identity/terms.ts'
import { permits } from '../src/identity/terms.ts'
import { ask } from './api/ask.ts'
import { type SignedIn, session, useLookAgain } from './api/session.ts'
import { Act } from './ui/form.tsx'
import { Centred, Frame } from './ui/layout.tsx'
import { Failure, Loading } from './ui/states.tsx'

const PAGES = [
  { to: '/', says: 'Home' },
  { to: '/procedures', says: 'Procedures', needs: 'procedures:read' },
  { to: '/people', says: 'People', needs: 'identity:read' },
  { to: '/keys', says: 'API keys', needs: 'keys:read' },
  { to: '/programs', says: 'Programs', needs: 'clients:read' },
  { to: '/providers', says: 'Identity providers', needs: 'providers:read' },
  { to: '/account', says: 'Your account' },
] as const satisfies readonly { to: string; says: string; needs?: OperationsPermission }[]

/** Whether somebody may do it in this session: operations wants one of its own. */
export const may = ({ person, session: { place } }: SignedIn, permission: OperationsPermission): boolean =>
  place === 'operations' && permits(person.roles, permission)

export function Inside() {
  const now = useQuery(session)
  if (now.isPending) return <Loading />
  if (now.isError)
    return (
      <Centred title="OmniCare">
        <Failure error={now.error} again={now.refetch} />
      </Centred>
    )
  if (!now.data.signedIn) return <ToSignIn />
  const signedIn = now.data
  const pages = PAGES.filter((page) => !('needs' in page) || may(signedIn, page.needs))
  return (
    <Frame
      practice={signedIn.settings.practice}
      nav={pages.map(({ to, says }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
          {says}
        </Link>
      ))}
      who={
        <>
          <Text size="sm">{signedIn.person.displayName}</Text>
          <SignOut />
        </>
      }
    >
      <Outlet />
    </Frame>
  )
}

function ToSignIn() {
  const navigate = useNavigate()
  useEffect(() => {
    const { pathname, search } = window.location
    navigate({ to: '/sign-in', search: pathname === '/' ? {} : { to: pathname + search }, replace: true })
  }, [navigate])
  return <Loading />
}

function SignOut() {
  const lookAgain = useLookAgain()
  const work = useMutation({ mutationFn: () => ask('POST', '/api/session/sign-out').then(lookAgain) })
  return (
    <Act size="xs" variant="default" loading={work.isPending} onClick={() => work.mutate()}>
      Sign out
    </Act>
  )
}

/** Who is signed in; pages inside are shown to nobody else. */
export function useSignedIn(): SignedIn {
  const { data } = useQuery(session)
  if (!data?.signedIn) throw new Error('Your session has ended. Load the page again.')
  return data
}
