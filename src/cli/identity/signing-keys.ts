import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, part } from './ask.ts'

/** `identity signing-keys list`, `identity signing-keys rotate`, `identity signing-keys revoke KID`. */
export const signingKeysCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints JSON, for programs.' } },
  takes: '[list] [rotate] [revoke KID]',
  async run({ options, words }, context) {
    const [verb = 'list', kid, ...more] = words
    const isRevoking = verb === 'revoke' && kid !== undefined
    if (more.length > 0 || !(isRevoking || (kid === undefined && (verb === 'list' || verb === 'rotate'))))
      throw cliFaults['bad-options']({ why: 'identity signing-keys takes list, rotate, or revoke and a key' })
    const [path, body] = {
      list: ['signing-keys'] as const,
      rotate: ['signing-keys/rotate', {}] as const,
      revoke: [`signing-keys/${part(kid ?? '')}/revoke`, {}] as const,
    }[verb as 'list' | 'rotate' | 'revoke']
    const { keys } = await ask<{ keys: string[] }>(context, path, body)
    const [signs = '', ...former] = keys
    if (options.json === true) context.out(JSON.stringify({ signs, former }))
    else {
      context.out(`${verb === 'list' ? 'Signs' : 'Signs from now on'}: ${signs}`)
      for (const one of former) context.out(`Still counts: ${one}`)
    }
    return 0
  },
}
