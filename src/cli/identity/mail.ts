import type { NoticeStatus } from '../../operations/notifications/index.ts'
import type { Command } from '../command.ts'
import { ask, columns } from './ask.ts'

/** `identity mail`: what waits and what was given up, or with --state one state. A finding when some was given up. */
export const mailCommand: Command = {
  options: {
    state: { type: 'string', means: 'Only what is waiting, sent or dead (given up).', takes: 'STATE' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  async run({ options }, { out, ...context }) {
    const asked = new URLSearchParams({
      most: '1000',
      ...(options.state !== undefined && { state: String(options.state) }),
    })
    const { on, mail } = await ask<{ on: boolean; mail: NoticeStatus[] }>({ out, ...context }, `mail?${asked}`)
    if (options.json === true) out(JSON.stringify(mail))
    else if (!on) out('Nothing is mailed: OMNICARE_SMTP_URL is not set. Links are handed over by administrators.')
    else for (const line of tableOf(mail)) out(line)
    return mail.some(({ state }) => state === 'dead') ? 1 : 0
  },
}

function tableOf(mail: readonly NoticeStatus[]): string[] {
  if (mail.length === 0) return ['There is no mail.']
  const head = ['made', 'what', 'about', 'state', 'tries', 'next try', 'why']
  return columns([
    head,
    ...mail.map(({ made, kind, about, state, tries, due, why }) => [
      made,
      kind,
      about,
      state,
      String(tries),
      due ?? '',
      why ?? '',
    ]),
  ])
}
