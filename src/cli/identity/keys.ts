import type { ApiKey } from '#identity'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part } from './ask.ts'

/** `identity keys`, `identity keys make NAME --scopes …`, `identity keys give ID --owner WHO`, `identity keys end ID`. With --expiring a finding when some do. */
export const apiKeysCommand: Command = {
  options: {
    expiring: { type: 'boolean', means: 'Only those that end within 30 days; exit status 1 when there are any.' },
    scopes: {
      type: 'string',
      takes: 'LIST',
      means: 'What the key may, as in system/Observation.rs,operations:health.',
    },
    owner: { type: 'string', takes: 'USER', means: 'Whose account answers for it, and with whom it stops.' },
    days: { type: 'string', takes: 'DAYS', means: 'How long it lives: 365 unless it is said, and at most.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  takes: '[list] [make NAME] [give ID --owner WHO] [end ID]',
  async run({ options, words }, context) {
    const { out } = context
    const [verb = 'list', what, ...more] = words
    if (verb === 'list' && what === undefined) {
      const { keys } = await ask<{ keys: ApiKey[] }>(
        context,
        `keys${options.expiring === true ? '?expiring=true' : ''}`,
      )
      if (options.json === true) out(JSON.stringify(keys))
      else for (const line of tableOf(keys)) out(line)
      return options.expiring === true && keys.length > 0 ? 1 : 0
    }
    if (verb === 'make' && what !== undefined && more.length === 0) {
      const { key, made } = await ask<{ key: string; made: ApiKey }>(context, 'keys', {
        name: what,
        scopes: String(options.scopes ?? '')
          .split(/[ ,]+/)
          .filter(Boolean),
        ...(options.owner !== undefined && { owner: options.owner }),
        ...(options.days !== undefined && { days: options.days }),
      })
      if (options.json === true) out(JSON.stringify({ key, made }))
      else {
        out(`The key, shown once, good until ${made.expires}:`)
        out(key)
      }
      return 0
    }
    if (verb === 'give' && what !== undefined && more.length === 0 && options.owner !== undefined) {
      const { owner } = await ask<ApiKey>(context, `keys/${part(what)}/owner`, { owner: options.owner })
      out(`${owner?.userName} answers for the key.`)
      return 0
    }
    if (verb === 'end' && what !== undefined && more.length === 0) {
      await ask(context, `keys/${part(what)}/end`, {})
      out('The key has ended.')
      return 0
    }
    throw cliFaults['bad-options']({
      why: 'identity keys takes list, make and a name, give and an id with --owner, or end and an id',
    })
  },
}

function tableOf(keys: readonly ApiKey[]): string[] {
  if (keys.length === 0) return ['There are no API keys.']
  const head = ['id', 'key', 'name', 'scopes', 'owner', 'ends', 'last used']
  const ownerOf = ({ owner }: ApiKey) =>
    owner === undefined ? 'none' : owner.state === 'active' ? owner.userName : `${owner.userName} (${owner.state})`
  return columns([
    head,
    ...keys.map((key) => [
      key.id,
      `${key.prefix}…`,
      key.name,
      key.scopes.join(' '),
      ownerOf(key),
      key.expires,
      key.used ?? 'never',
    ]),
  ])
}
