import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export const ProcedureLink = ({ id, children }: { readonly id: string; readonly children: ReactNode }) => (
  <Link to="/procedures/$id" params={{ id } as never}>
    {children}
  </Link>
)
