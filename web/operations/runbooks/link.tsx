import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface RunbookLinkProps {
  /** As in `docs/runbooks/disk-full.md`, or the address of one that others keep. Nothing is shown where there is none. */
  readonly of: string
  readonly children: ReactNode
}

export function RunbookLink({ of: runbook, children }: RunbookLinkProps) {
  const name = runbookOf(runbook)
  if (name !== undefined)
    return (
      <Link to="/runbooks/$name" params={{ name }}>
        {children}
      </Link>
    )
  if (!/^https?:\/\//.test(runbook)) return null
  return (
    <Anchor href={runbook} rel="noreferrer">
      {children}
    </Anchor>
  )
}

/** The name by which pages have a runbook of ours. */
export const runbookOf = (path: string): string | undefined => /^docs\/runbooks\/([\w-]+)\.md$/.exec(path)?.[1]
