import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ask } from '../../api/ask.ts'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { Markdown, titleOf } from './markdown.tsx'

export function Runbook() {
  const { name } = useParams({ from: '/inside/runbooks/$name' })
  const runbook = useQuery({
    queryKey: ['runbooks', name],
    queryFn: () => ask<{ text: string }>('GET', `/api/operations/runbooks/${encodeURIComponent(name)}`),
  })
  return (
    <Answer of={runbook} what="the runbook">
      {({ text }) => (
        <>
          <PageTitle>{titleOf(text)}</PageTitle>
          <Section title="Runbook">
            <Markdown text={text} />
          </Section>
        </>
      )}
    </Answer>
  )
}
