/** What can be said when operations does not answer: what the hospital knows of itself. Pure. */

interface Check {
  readonly status: string
  readonly output?: string
}

export interface Alone {
  readonly operationsUrl: string
  readonly url: string
  readonly hospital: {
    readonly status: string
    readonly says?: string
    readonly checks?: Readonly<Record<string, readonly Check[]>>
  }
}

export function aloneLines({ operationsUrl, url, hospital }: Alone): string[] {
  const { status, says, checks = {} } = hospital
  const of = (mine: (name: string) => boolean) =>
    Object.entries(checks)
      .filter(([name]) => mine(name))
      .map(([name, [check]]) => `  ${check?.status}  ${name.padEnd(22)}${check?.output ?? ''}`.trimEnd())
  const isDatabase = (name: string) => name.startsWith('record:')
  const unknown = '  not known: operations would say it'
  return [
    `OmniCare health: operations does not answer at ${operationsUrl}.`,
    '',
    '[1] Cluster',
    `  fail  operations            does not answer at ${operationsUrl}`,
    '',
    '[2] Application',
    `  ${status}  hospital              ${says ?? `answers at ${url}`}`,
    ...of((name) => !isDatabase(name)),
    '',
    '[3] Database',
    ...(Object.keys(checks).some(isDatabase) ? of(isDatabase) : [unknown]),
    '',
    '[4] Errors of the last hour',
    unknown,
    '',
    '[5] SLA',
    unknown,
    '',
    'What is wrong',
    '  fail  operations: it watches, answers and recovers. Nobody can sign in, nothing is watched, and what ends is not started again.',
    '        What to do: docs/runbooks/operations-does-not-answer.md',
  ]
}
