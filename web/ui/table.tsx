import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { Empty } from './states.tsx'
import styles from './table.module.css'

interface Column<Row> {
  /** Empty over buttons. */
  readonly title: string
  readonly show: (row: Row) => ReactNode
}

export interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** What is said when there are no rows. */
  readonly none: string
}

/** On a phone each row becomes a block, each cell with its title before it. */
export function Rows<Row>({ caption, columns, rows, keyOf, none }: TableProps<Row>) {
  if (rows.length === 0) return <Empty>{none}</Empty>
  return (
    <div className={styles.scroll}>
      <Table verticalSpacing="sm" className={styles.table ?? ''} aria-label={caption}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title }) =>
              title === '' ? <Table.Td key="" /> : <Table.Th key={title}>{title}</Table.Th>,
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map(({ title, show }) => (
                <Table.Td key={title} data-label={title}>
                  {show(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
