/** A place outside of the database that keeps what it was given. */
export interface ExportPlace {
  /** As the ones who run it know it. */
  readonly name: string
  /** The whole file; nothing when there is none. */
  read(path: string): Promise<Buffer | undefined>
  /**
   * Keeps a new file, reads it back and compares. Gives whether it is new; one that is there is never replaced: it must be
   * the same, else `audit/false-export`.
   */
  keep(path: string, content: Buffer): Promise<boolean>
  /** Puts a file in the place of the former one, which an unchangeable place still keeps. */
  replace(path: string, content: Buffer): Promise<void>
  /** Whether every export reads all that is there, to find what was changed: where the place itself doesn't prevent it. */
  readonly isChangeable: boolean
}
