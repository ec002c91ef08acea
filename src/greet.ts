/** What the first lines say that somebody reads who has started OmniCare. */
import type { FirstAccount } from '#identity'
import { signInLines } from './first-accounts.ts'
import { tokenFile } from './token.ts'

interface Greeting {
  readonly address: string
  readonly operations: string
  readonly home: string
  /** Shown once, at the first start. */
  readonly token: string | undefined
  /** Where people sign in. */
  readonly signIn: string
  /** Made by this start. */
  readonly administrator: FirstAccount | undefined
  /** File of the certificate, which curl may have to be told. */
  readonly certificate: string | undefined
  /** What people will stumble on. */
  readonly notes: readonly string[]
}

export function greet(greeting: Greeting): void {
  const { address, operations, home, token, signIn, administrator, certificate, notes } = greeting
  const file = tokenFile(home)
  const lines = [
    '',
    'OmniCare is running.',
    '',
    `  FHIR R4       ${address}/fhir/R4`,
    `  Health        ${address}/health`,
    `  Operations    ${operations}/health`,
    '',
    ...signInLines(signIn, administrator),
    '',
    token === undefined ? `  Token         in ${file}` : `  Token         ${token}`,
    ...(token === undefined ? [] : [`                (shown once; kept in ${file})`]),
    '',
    ...notes.flatMap((note) => [`  Note: ${note}`, '']),
    '  Try it:',
    `  curl ${certificate === undefined ? '' : `--cacert ${certificate} `}-H "Authorization: Bearer $(cat ${file})" "${address}/fhir/R4/Patient?_count=2&_pretty=true"`,
    '',
    'Stop it with Ctrl-C.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
