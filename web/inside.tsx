/** The pages of whoever is signed in; others are asked to, and come back to where they wanted to go. */
import { Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ask } from './api/ask.ts'
import { may, type SignedIn, session, useLookAgain } from './api/session.ts'
import { Live } from './operations/live.tsx'
import { useOperationsOffers } from './operations/offers.ts'
import { type Page, pagesFor, sectioned } from './pages.ts'
import { Palette } from './palette/palette.tsx'
import { Act } from './ui/form.tsx'
import { Centred, Frame, NavSection } from './ui/layout.tsx'
import { Failure, Loading } from './ui/states.tsx'

export function Inside() {
  const now = useQuery(session)
  const { pathname } = useLocation()
  if (now.isPending) return <Loading />
  if (now.isError)
    return (
      <Centred title="OmniCare">
        <Failure error={now.error} again={now.refetch} />
      </Centred>
    )
  if (!now.data.signedIn) return <ToSignIn />
  const signedIn = now.data
  const pages = pagesFor(signedIn)
  return (
    <Frame
      practice={signedIn.settings.practice}
      at={pathname}
      nav={sectioned(pages).map((section) => (
        <NavSection key={section.title} title={section.title}>
          {section.pages.map(({ to, says }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
              {says}
            </Link>
          ))}
        </NavSection>
      ))}
      tools={<Finder pages={pages} signedIn={signedIn} />}
      who={
        <>
          {may(signedIn, 'health:read') && <Live />}
          <Text size="sm">{signedIn.person.displayName}</Text>
          <SignOut />
        </>
      }
    >
      <Outlet />
    </Frame>
  )
}

function Finder({ pages, signedIn }: { readonly pages: readonly Page[]; readonly signedIn: SignedIn }) {
  return <Palette pages={pages} more={useOperationsOffers(signedIn)} />
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
