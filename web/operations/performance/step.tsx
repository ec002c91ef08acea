import styles from './performance.module.css'

/** What to do, to be typed as it stands. */
export const Step = ({ says }: { readonly says: string }) => (
  <p className={styles.step}>
    <span>Next</span> <code>{says}</code>
  </p>
)
