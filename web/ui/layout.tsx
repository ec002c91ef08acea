/** Where pages stand: alone in the middle while somebody comes in, with a way around once they are. */
import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
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
  /** Stands in the middle of the top. */
  readonly tools: ReactNode
  readonly who: ReactNode
  readonly practice: boolean
  /** Address of the page: on a phone the list of pages closes when it is another. */
  readonly at: string
  readonly children: ReactNode
}

/** Pages stand beside the page; on a phone they are shown by a button. */
export function Frame({ nav, tools, who, practice, at, children }: FrameProps) {
  const id = useId()
  const [openAt, setOpenAt] = useState<string>()
  const isOpen = openAt === at
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
        <button
          type="button"
          className={styles.opener}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpenAt(isOpen ? undefined : at)}
        >
          Menu
        </button>
        <a href="/" className={styles.brand}>
          <Brand />
        </a>
        <div className={styles.tools}>{tools}</div>
        <div className={styles.who}>{who}</div>
      </header>
      <div className={styles.body}>
        <nav id={id} className={styles.nav} aria-label="Pages" data-open={isOpen}>
          {nav}
        </nav>
        <main id="main" className={styles.main} tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  )
}

export function NavSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.navSection}>
      <span className={styles.navTitle}>{title}</span>
      {children}
    </div>
  )
}

interface SectionProps {
  /** By which links lead to it. */
  readonly id?: string
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Section({ id, title, actions, children }: SectionProps) {
  return (
    <section {...(id !== undefined && { id })} className={styles.section} aria-label={title}>
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
