/** What is watched stays on the page when nothing newer comes, and says of when it is. */
import { Alert } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure, Loading } from '../ui/states.tsx'
import { Clock } from '../ui/when.tsx'

interface WatchedProps<T> {
  readonly of: UseQueryResult<T>
  readonly what: string
  readonly children: (answer: T) => ReactNode
}

export function Watched<T>({ of: query, what, children }: WatchedProps<T>) {
  if (query.data === undefined)
    return query.isError ? <Failure error={query.error} again={query.refetch} /> : <Loading what={what} />
  return (
    <>
      {query.isError && (
        <Alert color="red" variant="outline" role="alert" c="var(--mantine-color-error)" mb="md">
          {query.error.message} What you see is of <Clock at={new Date(query.dataUpdatedAt).toISOString()} />.
        </Alert>
      )}
      {children(query.data)}
    </>
  )
}
