import type { ReactNode } from 'react'

export const ProcedureLink = ({ id, children }: { readonly id: string; readonly children: ReactNode }) => (
  <a href={`/procedures/${id}`}>{children}</a>
)
