import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import './styles.ts'
import { theme } from './theme.ts'

/** Without style elements: colours and sizes are in a file, and nothing here uses properties that differ by width. */
export function Look({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  )
}
