import { readFileSync } from 'node:fs'
import type { Provider } from '#identity'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part, wordsIn } from './ask.ts'

type Options = Readonly<Record<string, string | boolean | undefined>>

/** `identity providers`, `identity providers add NAME …`, `identity providers test ID`, `identity providers remove ID`. */
export const providersCommand: Command = {
  options: {
    issuer: { type: 'string', takes: 'URL', means: 'As the provider gives it itself, by https.' },
    'client-id': { type: 'string', takes: 'ID', means: 'What the provider has registered OmniCare by.' },
    'secret-file': { type: 'string', takes: 'FILE', means: 'Where the secret stands; -: it is read from the input.' },
    scopes: { type: 'string', takes: 'LIST', means: 'What is asked for; openid, profile and email unless it is said.' },
    'link-by-email': { type: 'boolean', means: 'Finds accounts by addresses that the provider has verified.' },
    amr: { type: 'string', takes: 'LIST', means: 'Values of amr that prove a second factor, as in mfa.' },
    acr: { type: 'string', takes: 'LIST', means: 'Values of acr that prove one.' },
    claim: {
      type: 'string',
      takes: 'NAME',
      means: 'Makes accounts by this claim, as in groups or realm_access.roles.',
    },
    roles: {
      type: 'string',
      takes: 'MAP',
      means: "Which of its values give which roles: 'ward=nurse;it=operator,nurse'.",
    },
    json: { type: 'boolean' },
  },
  takes: '[list] [add NAME] [test ID] [remove ID]',
  examples: [
    'identity providers add Entra --issuer https://login.example.org --client-id omnicare --secret-file secret.txt',
  ],
  async run({ options, words: given }, context) {
    const { out } = context
    const [verb = 'list', what, ...more] = given
    const say = (content: object, lines: readonly string[]) => {
      if (options.json === true) out(JSON.stringify(content))
      else for (const line of lines) out(line)
      return 0
    }
    if (verb === 'list' && what === undefined) {
      const { providers } = await ask<{ providers: Provider[] }>(context, 'providers')
      return say(providers, tableOf(providers))
    }
    if (verb === 'add' && what !== undefined && more.length === 0) {
      const made = await ask<Provider>(context, 'providers', providerOf(what, options))
      return say(made, [`Id: ${made.id}`, `Register this address at the provider: ${made.redirectUri}`])
    }
    if (verb === 'test' && what !== undefined && more.length === 0) {
      const said = await ask<{ signsInAt: string }>(context, `providers/${part(what)}/test`, {})
      return say(said, [`It answers, and signs people in at ${said.signsInAt}`])
    }
    if (verb === 'remove' && what !== undefined && more.length === 0) {
      const removed = await ask<{ sessions: number }>(context, `providers/${part(what)}/remove`, {})
      const ended = removed.sessions === 1 ? '1 session' : `${removed.sessions} sessions`
      return say(removed, [`Nobody comes in by it any more; ${ended} that were begun by it have ended.`])
    }
    throw cliFaults['bad-options']({
      why: 'identity providers takes list, add and a name, test and an id, or remove and an id',
    })
  },
}

function providerOf(name: string, options: Options): object {
  const { issuer = '', 'client-id': clientId = '', 'secret-file': file, scopes, amr, acr, claim, roles } = options
  if ((claim === undefined) !== (roles === undefined))
    throw cliFaults['bad-options']({ why: '--claim and --roles belong together' })
  return {
    name,
    issuer,
    clientId,
    ...(file !== undefined && { secret: secretIn(String(file)) }),
    rules: {
      ...(scopes !== undefined && { scopes: wordsIn(scopes) }),
      linkByEmail: options['link-by-email'] === true,
      secondByAmr: wordsIn(amr),
      secondByAcr: wordsIn(acr),
      ...(claim !== undefined && { create: { claim, roles: rolesOf(String(roles)) } }),
    },
  }
}

/** Never an option's value: what is typed there can be read by everybody on the machine, and stays in histories. */
function secretIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch {
    throw cliFaults['bad-options']({ why: `${file} can't be read` })
  }
}

/** The last = of each parts the value from its roles: values may have some themselves, as in LDAP. */
function rolesOf(text: string): Record<string, string[]> {
  const pairs = text.split(';').filter((pair) => pair.trim() !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=')
      if (at < 1) throw cliFaults['bad-options']({ why: "--roles takes 'value=role,role;value=role'" })
      return [pair.slice(0, at).trim(), wordsIn(pair.slice(at + 1))]
    }),
  )
}

function tableOf(providers: readonly Provider[]): string[] {
  if (providers.length === 0) return ['There are no identity providers.']
  const head = ['id', 'name', 'issuer', 'client id', 'second factor', 'finds by e-mail', 'makes accounts']
  return columns([
    head,
    ...providers.map(({ id, name, issuer, clientId, rules }) => [
      id,
      name,
      issuer,
      clientId,
      [...rules.secondByAmr, ...rules.secondByAcr].join(' ') || 'ours',
      rules.linkByEmail ? 'yes' : 'no',
      rules.create === undefined ? 'no' : `by ${rules.create.claim}`,
    ]),
  ])
}
