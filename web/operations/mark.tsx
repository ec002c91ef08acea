/** How well something is: a shape in a colour, and the word beside it, so that nobody has to tell colours apart. */
import type { ReactNode } from 'react'
import styles from './mark.module.css'

export type Tone = 'well' | 'care' | 'bad' | 'unknown'

const SHAPES: Readonly<Record<Tone, ReactNode>> = {
  well: (
    <>
      <circle cx="12" cy="12" r="10" />
      <path d="M7 12.5l3.4 3.4L17 9" className={styles.sign} />
    </>
  ),
  care: (
    <>
      <path d="M12 2.5 22.5 21h-21z" />
      <path d="M12 9.5v5M12 17.6v.4" className={styles.sign} />
    </>
  ),
  bad: (
    <>
      <path d="M7.6 1.5h8.8l6.1 6.1v8.8l-6.1 6.1H7.6l-6.1-6.1V7.6z" />
      <path d="M8 8l8 8M16 8l-8 8" className={styles.sign} />
    </>
  ),
  unknown: (
    <>
      <circle cx="12" cy="12" r="10" />
      <path d="M7 12h10" className={styles.sign} />
    </>
  ),
}

interface MarkProps {
  readonly tone: Tone
  readonly children?: ReactNode
  readonly large?: boolean
}

export function Mark({ tone, children, large = false }: MarkProps) {
  return (
    <span className={styles.mark} data-tone={tone} data-large={large}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {SHAPES[tone]}
      </svg>
      {children !== undefined && <span>{children}</span>}
    </span>
  )
}
