/** A table that grows by a page each time somebody asks for more. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Act } from './form.tsx'
import { Failure, Loading } from './states.tsx'
import { Rows, type TableProps } from './table.tsx'

interface PagedProps<Page, Row> extends Omit<TableProps<Row>, 'rows'> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page>>
  readonly rowsOf: (page: Page) => readonly Row[]
  /** What is waited for. */
  readonly what: string
  readonly more?: string
}

export function PagedRows<Page, Row>({ query, rowsOf, what, more = 'Show more', ...table }: PagedProps<Page, Row>) {
  return (
    <>
      {query.isPending && <Loading what={what} />}
      <Failure error={query.error} again={query.refetch} />
      {query.data !== undefined && <Rows {...table} rows={query.data.pages.flatMap(rowsOf)} />}
      {query.hasNextPage && (
        <Act variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {more}
        </Act>
      )}
    </>
  )
}
