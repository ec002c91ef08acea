/** Where pages stand: alone in the middle while somebody comes in, with a way around once they are. */
import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import styles from './layout.module.css'

function Brand() {
  return (
    <>
      <img src="/icon.svg" alt="" width="28" height="28" />
      <span>OmniCare</span>
    </>
  )
}

/** Says in the tab and to screen readers which page this is: whoever came by a link starts at its heading. */
export function PageTitle({ children, actions }: { readonly children: string; readonly actions?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · OmniCare`
    heading.current?.focus()
  }, [children])
  return (
    <Group justify="space-between" mb="lg">
      <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {children}
      </Title>
      {actions}
    </Group>
  )
}

export function Centred({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.centred}>
      <header>
        <span className={styles.brand}>
          <Brand />
        </span>
      </header>
      <main className={styles.card}>
        <PageTitle>{title}</PageTitle>
        {children}
      </main>
    </div>
  )
}

interface FrameProps {
  readonly nav: ReactNode
  readonly who: ReactNode
  readonly practice: boolean
  readonly children: ReactNode
}

export function Frame({ nav, who, practice, children }: FrameProps) {
  return (
    <>
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      {practice && (
        <aside className={styles.practice} aria-label="Practice hospital">
          This is the practice hospital: nobody in it is real.
        </aside>
      )}
      <header className={styles.header}>
        <a href="/" className={styles.brand}>
          <Brand />
        </a>
        <nav className={styles.nav} aria-label="Pages">
          {nav}
        </nav>
        <div className={styles.who}>{who}</div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

interface SectionProps {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Section({ title, actions, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </section>
  )
}
