import { readFileSync } from 'node:fs'
import type { LinkedIdentity, Provider } from '#identity'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part, wordsIn } from './ask.ts'

type Options = Readonly<Record<string, string | boolean | undefined>>

/** `identity providers`, and with it `add NAME …`, `test WHICH`, `remove WHICH`, `linked WHICH`, `link WHICH …`, `unlink WHICH …`. */
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
    user: { type: 'string', takes: 'USER', means: 'With link and unlink: whose account.' },
    subject: { type: 'string', takes: 'SUB', means: 'With link: who that is at the provider, as sub says there.' },
    json: { type: 'boolean', means: 'Prints JSON.' },
  },
  takes: '[list] [add NAME] [test|remove|linked|link|unlink WHICH]',
  about: ['WHICH is an id or a name. Roles follow the claim at each sign-in, until they are set by hand.'],
  examples: [
    'identity providers add Entra --issuer https://login.example.org --client-id omnicare --secret-file secret.txt',
    'identity providers link Entra --user jane --subject 8f2c1d9e-4a41-4b38-9d6e-3f1a5a7f2c11',
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
    if (verb === 'linked' && what !== undefined && more.length === 0) {
      const { linked } = await ask<{ linked: LinkedIdentity[] }>(context, `providers/${part(what)}/identities`)
      return say(linked, linkedTable(linked))
    }
    const { user, subject } = options
    if (verb === 'link' && what !== undefined && more.length === 0 && user !== undefined && subject !== undefined) {
      const done = await ask<object>(context, `providers/${part(what)}/identities`, { user, subject })
      return say(done, [`Whoever is that at the provider can sign in as ${user}, who is told of it.`])
    }
    if (verb === 'unlink' && what !== undefined && more.length === 0 && user !== undefined) {
      const done = await ask<object>(context, `providers/${part(what)}/identities/remove`, { user })
      return say(done, [`${user} can't sign in by it any more; all their sessions have ended.`])
    }
    throw cliFaults['bad-options']({
      why: 'identity providers takes list, add and a name, or test, remove, linked, link with --user and --subject, or unlink with --user, and which',
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

function linkedTable(linked: readonly LinkedIdentity[]): string[] {
  if (linked.length === 0) return ['Nobody is linked to it.']
  const rows = linked.map(({ userName, subject, made, used = 'never' }) => [userName, subject, made, used])
  return columns([['user', 'subject', 'since', 'last used'], ...rows])
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
