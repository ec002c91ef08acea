import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { PROVIDER_REFUSALS } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { Failure } from '../ui/states.tsx'

export interface ProviderName {
  readonly id: string
  readonly name: string
}

/** Goes to the provider; from there the browser comes back by itself. */
export async function goTo(path: string, given: object): Promise<void> {
  const { redirect } = await ask<{ redirect: string }>('POST', path, given)
  window.location.assign(redirect)
}

/** Nothing where the hospital has none; whoever can't be shown them signs in with a password. */
export function ByProvider() {
  const { interaction, to, refused } = useSearch({ from: '/sign-in' })
  const { data } = useQuery({
    queryKey: ['providers'],
    queryFn: () => ask<{ providers: ProviderName[] }>('GET', '/api/session/providers'),
  })
  const work = useMutation({
    mutationFn: (id: string) =>
      goTo(`/api/session/providers/${id}/begin`, { ...(to && { to }), ...(interaction && { interaction }) }),
  })
  const says = work.isIdle ? refusalOf(refused) : undefined
  return (
    <>
      <Failure error={work.error ?? says} />
      {data?.providers.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          loading={(work.isPending || work.isSuccess) && work.variables === id}
          onClick={() => work.mutate(id)}
        >
          Continue with {name}
        </Button>
      ))}
    </>
  )
}

/** What the server has sent the browser back with, as a sentence. */
export function refusalOf(word: string | undefined): Error | undefined {
  if (word === undefined || !Object.hasOwn(PROVIDER_REFUSALS, word)) return undefined
  return new Error(PROVIDER_REFUSALS[word as keyof typeof PROVIDER_REFUSALS])
}
