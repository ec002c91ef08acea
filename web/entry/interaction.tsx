/** A program has asked for access: what it is, and what somebody decides about it. */
import { Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { ask } from '../api/ask.ts'

interface Interaction {
  readonly prompt: 'login' | 'consent' | 'patient'
  readonly client: { readonly name: string; readonly uri?: string; readonly trusted: boolean }
  readonly scopes: readonly { readonly scope: string; readonly says: string }[]
  readonly launch?: { readonly patient?: string }
}

export const interaction = (uid: string) =>
  queryOptions({
    queryKey: ['interaction', uid],
    queryFn: () => ask<Interaction>('GET', `/api/interaction/${encodeURIComponent(uid)}`),
    retry: false,
  })

/** Decides, and follows to where the server says that it goes on. */
export function useDecide(uid: string | undefined) {
  const work = useMutation({
    mutationFn: async ({ step, given }: { step: string; given?: object }) => {
      const { redirect } = await ask<{ redirect: string }>(
        'POST',
        `/api/interaction/${encodeURIComponent(uid ?? '')}/${step}`,
        given,
      )
      window.location.assign(redirect)
    },
  })
  const { mutate } = work
  const decide = useCallback((step: string, given?: object) => mutate({ step, ...(given && { given }) }), [mutate])
  return {
    decide,
    error: work.error ?? undefined,
    isPending: work.isPending || work.isSuccess,
  }
}

/** Says for what somebody signs in; nothing while that isn't known. */
export function Interacting({ uid }: { readonly uid: string }) {
  const { data } = useQuery(interaction(uid))
  if (data === undefined) return null
  return (
    <Text mb="md">
      <strong>{data.client.name}</strong> asks you to sign in.
    </Text>
  )
}
