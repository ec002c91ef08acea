import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask } from './ask.ts'

/** `identity signing-keys rotate`. */
export const signingKeysCommand: Command = {
  options: { json: { type: 'boolean' } },
  takes: 'rotate',
  async run({ options, words }, context) {
    if (words.length !== 1 || words[0] !== 'rotate')
      throw cliFaults['bad-options']({ why: 'identity signing-keys takes rotate' })
    const { keys } = await ask<{ keys: string[] }>(context, 'signing-keys/rotate', {})
    const [signs = '', ...former] = keys
    context.out(options.json === true ? JSON.stringify({ signs, former }) : `Signs from now on: ${signs}`)
    return 0
  },
}
