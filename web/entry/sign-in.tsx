/** From a name and a password to a session: shows whichever step the server waits for. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { session, useLookAgain } from '../api/session.ts'
import { Centred } from '../ui/layout.tsx'
import { Failure, Loading } from '../ui/states.tsx'
import { ChoosePassword } from './choose-password.tsx'
import { Enrol } from './enrol.tsx'
import { Interacting, interaction, useDecide } from './interaction.tsx'
import { Password } from './password.tsx'
import type { Progress } from './progress.ts'
import { step } from './progress.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SecondFactor } from './second-factor.tsx'

export function SignIn() {
  const { interaction: uid } = useSearch({ from: '/sign-in' })
  const now = useQuery(session)
  const lookAgain = useLookAgain()
  const [codes, setCodes] = useState<readonly string[]>()
  if (now.isPending) return <Loading />
  if (now.isError)
    return (
      <Centred title="Sign in">
        <Failure error={now.error} again={now.refetch} />
      </Centred>
    )
  const went = async (progress: Progress) => {
    if (progress.recoveryCodes !== undefined && progress.recoveryCodes.length > 0) setCodes(progress.recoveryCodes)
    await lookAgain()
  }
  if (codes !== undefined)
    return (
      <Centred title="Keep your recovery codes">
        <RecoveryCodes codes={codes} kept={() => setCodes(undefined)} />
      </Centred>
    )
  if (now.data.signedIn) return <GoOn />
  switch (now.data.step) {
    case 'second-factor':
      return (
        <Centred title="Prove it is you">
          <SecondFactor by={now.data.by ?? []} went={went} />
        </Centred>
      )
    case 'change-password':
      return (
        <Centred title="Choose your password">
          <ChoosePassword choose={async (password) => went(await step('change-password', { password }))} />
        </Centred>
      )
    case 'enrol':
      return (
        <Centred title="Set up a second factor">
          <Enrol maySkip={now.data.maySkip === true} went={went} />
        </Centred>
      )
    default:
      return (
        <Centred title="Sign in">
          {uid !== undefined && <Interacting uid={uid} />}
          <Password went={went} />
        </Centred>
      )
  }
}

/** Whoever writes a link to the sign-in must not choose another site to go on to. */
const ownPage = (to = '/'): string => (/^\/(?![/\\])/.test(to) ? to : '/')

/** To the page that was wanted, or back to the program that has asked for access. */
function GoOn() {
  const { interaction: uid, to } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const { decide, error } = useDecide(uid)
  useEffect(() => {
    if (uid === undefined) navigate({ href: ownPage(to), replace: true })
    else decide('login')
  }, [uid, to, navigate, decide])
  const asked = useQuery({ ...interaction(uid ?? ''), enabled: uid !== undefined && error !== undefined })
  return (
    <Centred title="You are signed in">
      {error === undefined ? <Loading what={asked.data?.client.name ?? 'the page'} /> : <Failure error={error} />}
    </Centred>
  )
}
