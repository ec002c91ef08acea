import type { Session } from '#identity'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part } from './ask.ts'

/** A finding when there are sessions that nobody can use and that were left there. */
export const sessionsCommand: Command = {
  options: {
    user: { type: 'string', takes: 'USER', means: 'Only of this account.' },
    orphaned: { type: 'boolean', means: 'Sessions that nobody can use any more and that were left there.' },
    end: { type: 'boolean', means: 'Ends the one that is named, or all of --user or --orphaned.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  takes: '[SESSION]',
  async run({ options, words }, context) {
    const { out } = context
    const { user, orphaned = false, end = false } = options
    const [session] = words
    if (words.length > 1 || [session !== undefined, user !== undefined, orphaned].filter(Boolean).length > 1)
      throw cliFaults['bad-options']({ why: 'identity sessions takes one session, --user or --orphaned' })
    if (end) {
      if (session === undefined && user === undefined && !orphaned)
        throw cliFaults['bad-options']({ why: '--end takes a session, --user or --orphaned' })
      const done =
        session !== undefined
          ? await ask<{ ended: number }>(context, `sessions/${part(session)}/end`, {})
          : user !== undefined
            ? await ask<{ ended: number }>(context, `users/${part(String(user))}/end-sessions`, {})
            : await ask<{ removed: number }>(context, 'sessions/cleanup', {})
      const count = 'ended' in done ? done.ended : done.removed
      if (options.json === true) out(JSON.stringify(done))
      else out(`${count} ${orphaned ? 'orphaned ' : ''}session${count === 1 ? '' : 's'} ended.`)
      return 0
    }
    if (session !== undefined) throw cliFaults['bad-options']({ why: 'identity sessions SESSION goes with --end' })
    const asked = new URLSearchParams({ most: '1000' })
    if (user !== undefined) asked.set('user', String(user))
    if (orphaned) asked.set('orphaned', 'true')
    const { sessions } = await ask<{ sessions: Session[] }>(context, `sessions?${asked}`)
    if (options.json === true) out(JSON.stringify(sessions))
    else for (const line of tableOf(sessions, orphaned === true)) out(line)
    return orphaned && sessions.length > 0 ? 1 : 0
  },
}

function tableOf(sessions: readonly Session[], orphaned: boolean): string[] {
  if (sessions.length === 0) return [orphaned ? 'There are no orphaned sessions.' : 'Nobody is signed in.']
  const head = ['session', 'user', 'at', 'by', 'since', 'last used', 'from']
  const rows = sessions.map(({ id, userName, place, factors, made, seen, address }) => [
    id,
    userName,
    place,
    factors.join('+'),
    made,
    seen,
    address,
  ])
  return columns([head, ...rows])
}
