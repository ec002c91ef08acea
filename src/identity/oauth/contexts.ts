/** For whom, in which session and for which patient something was granted; and programs that are being started from a chart. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { hashOf, newSecret } from '../secrets.ts'
import type { Tools } from '../tools.ts'
import {
  addContext,
  addLaunch,
  type ContextRow,
  contextOf,
  takeLaunch,
  tidyContexts,
  tidyLaunches,
} from './statements/contexts.ts'

/** What a program is told of where it was started. */
export interface LaunchContext {
  /** Ids, not references. */
  readonly patient?: string
  readonly encounter?: string
}

export interface GrantContext extends LaunchContext {
  readonly person: string
  readonly session: string
}

const LAUNCH_MS = 5 * 60_000
const KEEP_MS = 24 * 3_600_000

export const openContexts = ({ control, nowMs }: Pick<Tools, 'control' | 'nowMs'>) => ({
  add: async (tx: Queries, grantId: string, { person, session, patient, encounter }: GrantContext): Promise<void> => {
    const row: ContextRow = { person, session, patient: patient ?? null, encounter: encounter ?? null }
    await tx.rows(addContext(hashOf(grantId), row, at(nowMs())))
  },
  async of(grantId: string): Promise<GrantContext | undefined> {
    const [row] = await control.quick(contextOf(hashOf(grantId)))
    return row === undefined ? undefined : { person: row.person, session: row.session, ...launchOf(row) }
  },
  /** Gives what the program has to send back as `launch`. */
  async addLaunch(tx: Queries, client: string, person: string, { patient, encounter }: LaunchContext): Promise<string> {
    const secret = newSecret()
    const expires = at(nowMs() + LAUNCH_MS)
    const row = { client, person, patient: patient ?? null, encounter: encounter ?? null, expires }
    await tx.rows(addLaunch({ ...row, hash: hashOf(secret) }))
    return secret
  },
  /** Undefined when it was not made for both, was used before or is over. */
  async takeLaunch(launch: string, client: string, person: string): Promise<LaunchContext | undefined> {
    const [row] = await control.rows(takeLaunch(hashOf(launch), client, person, at(nowMs())))
    return row === undefined ? undefined : launchOf(row)
  },
  async tidy(): Promise<void> {
    await control.rows(tidyLaunches(at(nowMs())))
    await control.rows(tidyContexts(at(nowMs() - KEEP_MS)))
  },
})

export type Contexts = ReturnType<typeof openContexts>

const launchOf = ({ patient, encounter }: Pick<ContextRow, 'patient' | 'encounter'>): LaunchContext => ({
  ...(patient !== null && { patient }),
  ...(encounter !== null && { encounter }),
})
