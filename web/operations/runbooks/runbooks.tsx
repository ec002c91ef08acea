/** What to do when something is wrong. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../../api/ask.ts'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Answer, Empty } from '../../ui/states.tsx'
import styles from '../overview/overview.module.css'

export function Runbooks() {
  const all = useQuery({
    queryKey: ['runbooks'],
    queryFn: () => ask<{ runbooks: { name: string; title: string }[] }>('GET', '/api/operations/runbooks'),
  })
  return (
    <>
      <PageTitle>Runbooks</PageTitle>
      <Section title="By what you see">
        <Answer of={all} what="the runbooks">
          {({ runbooks }) =>
            runbooks.length === 0 ? (
              <Empty>There are none.</Empty>
            ) : (
              <ul className={styles.list}>
                {runbooks.map(({ name, title }) => (
                  <li key={name}>
                    <Link to="/runbooks/$name" params={{ name }}>
                      {title}
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
    </>
  )
}
