/** What a page shows in place of its content: it is coming, there is none, or it was refused. */
import { Alert, Button, Loader, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

export function Loading({ what = 'the page' }: { readonly what?: string }) {
  return (
    <Stack align="center" py="xl" role="status">
      <Loader size="sm" aria-hidden />
      <Text size="sm" c="dimmed">
        Loading {what} …
      </Text>
    </Stack>
  )
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Text c="dimmed" py="md">
      {children}
    </Text>
  )
}

/** Read out at once by screen readers. Shows nothing while nothing is wrong. */
export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => unknown }) {
  if (!error) return null
  return (
    <Alert color="red" variant="outline" role="alert" c="var(--mantine-color-error)">
      <Stack gap="sm" align="flex-start">
        {error instanceof Error ? error.message : 'Something went wrong. Load the page again.'}
        {again && (
          <Button size="xs" variant="default" onClick={() => again()}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** The answer of a query, or how it stands with it. */
export function Answer<T>({
  of: query,
  what,
  children,
}: {
  readonly of: UseQueryResult<T>
  readonly what: string
  readonly children: (answer: T) => ReactNode
}) {
  if (query.isPending) return <Loading what={what} />
  if (query.isError) return <Failure error={query.error} again={query.refetch} />
  return children(query.data)
}
