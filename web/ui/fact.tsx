/** One of the things that are known of something, within a `dl`. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

export function Fact({ of: name, children }: { readonly of: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <dd>{children}</dd>
    </div>
  )
}
