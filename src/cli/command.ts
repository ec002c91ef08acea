/** What a command of the command line is. Each lives in a file of its own and is loaded only when it runs. */
import type { Believed } from '#foundation/tls/calls.ts'

export interface Context {
  readonly home: string
  /** Address of the hospital, without a final slash. */
  readonly url: string
  /** Of operations. */
  readonly operationsUrl: string
  /** Certificates of the installation, when it speaks TLS. */
  readonly believed?: Believed | undefined
  /** The name of this region, and the others with where their operations are. */
  readonly region?: string
  readonly regions?: readonly { readonly name: string; readonly url: string }[]
  /** Reads the administrator token; throws `cli/no-token` with what to do. */
  readonly token: () => string
  readonly out: (line: string) => void
  /** For what is no result: progress, warnings. */
  readonly note: (text: string) => void
  /** Of OmniCare. */
  readonly version: () => string
}

export interface Option {
  readonly type: 'string' | 'boolean'
  /** What it does, and which values it takes, in a sentence. */
  readonly means?: string
  /** The word for its value, as help shows it. */
  readonly takes?: string
  readonly default?: string
}

export interface Command {
  readonly options: Readonly<Record<string, Option>>
  /** Words after the options, as help shows them; absent when there may be none. */
  readonly takes?: string
  /** What help says beside the options, in lines. */
  readonly about?: readonly string[]
  /** As they are typed after `omnicare`. */
  readonly examples?: readonly string[]
  /** Gives the exit status: 0 well, 1 a finding. Faults carry their own. */
  run(given: Given, context: Context): Promise<number>
}

interface Given {
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly words: readonly string[]
}

export interface Entry {
  readonly words: string
  readonly does: string
  readonly load: () => Promise<Command>
}
