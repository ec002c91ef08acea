import type { OneTimeLink, Person } from '#identity'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part } from './ask.ts'

const PAGE = 1_000

type Options = Readonly<Record<string, string | boolean | undefined>>

const oneName = (words: readonly string[], verb: string): string => {
  const [name] = words
  if (name === undefined || words.length > 1)
    throw cliFaults['bad-options']({ why: `identity users ${verb} takes a user name` })
  return name
}
const listOf = (given: string | boolean | undefined): string[] =>
  String(given ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

const show = ({ out }: Context, { link, person }: { link: OneTimeLink; person?: Person }, asJson: boolean): void => {
  if (asJson) out(JSON.stringify({ link, ...(person !== undefined && { person }) }))
  else {
    const mailed = link.mailed ? ' It is on its way by mail as well.' : ''
    out(`The link, shown once, good until ${link.expires}.${mailed}`)
    out(link.address)
  }
}

/** `identity users list`, and the words that follow it in ALLOWED of src/identity/terms.ts. */
export const listCommand: Command = {
  options: {
    state: { type: 'string', takes: 'STATE', means: 'Only those that are invited, active, suspended or ended.' },
    role: { type: 'string', takes: 'ROLE', means: 'Only those with this role.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  async run({ options }, context) {
    const users: Person[] = []
    for (let after: string | undefined; ; after = users.at(-1)?.userName) {
      const asked = new URLSearchParams({ most: String(PAGE) })
      for (const name of ['state', 'role'] as const)
        if (options[name] !== undefined) asked.set(name, String(options[name]))
      if (after !== undefined) asked.set('after', after)
      const page = await ask<{ users: Person[] }>(context, `users?${asked}`)
      users.push(...page.users)
      if (page.users.length < PAGE) break
    }
    if (options.json === true) context.out(JSON.stringify(users))
    else for (const line of tableOf(users)) context.out(line)
    return 0
  },
}

function tableOf(users: readonly Person[]): string[] {
  if (users.length === 0) return ['Nobody has an account.']
  const head = ['user', 'name', 'state', 'roles', 'second factor', 'last signed in']
  return columns([
    head,
    ...users.map((user) => [
      user.userName,
      user.displayName,
      user.state,
      user.roles.join(','),
      [user.totp ? 'app' : '', user.passkeys > 0 ? `${user.passkeys} passkeys` : ''].filter(Boolean).join(', ') ||
        'none',
      user.signedIn ?? 'never',
    ]),
  ])
}

/** Makes an account, or with --again another link for one that was not entered yet. */
export const inviteCommand: Command = {
  options: {
    name: { type: 'string', takes: 'NAME', means: 'What the person is called; the user name, unless it is said.' },
    email: { type: 'string', takes: 'ADDRESS', means: 'Where their links and notices go.' },
    roles: { type: 'string', takes: 'LIST', means: 'As in nurse,billing.' },
    fhir: {
      type: 'string',
      takes: 'REFERENCE',
      means: 'Who they are in the record, as in Practitioner/7: clinicians see no patient without it.',
    },
    again: { type: 'boolean', means: 'Another link for an invitation that nobody has used yet; the former one ends.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  takes: 'USER',
  async run({ options, words }, context) {
    const userName = oneName(words, 'invite')
    if (options.again === true) {
      show(
        context,
        { link: await ask<OneTimeLink>(context, `users/${part(userName)}/invite`, {}) },
        options.json === true,
      )
      return 0
    }
    const invited = await ask<{ person: Person; link: OneTimeLink }>(context, 'users', {
      userName,
      roles: listOf(options.roles),
      ...given(options, { name: 'displayName', email: 'email', fhir: 'fhir' }),
    })
    show(context, invited, options.json === true)
    return 0
  },
}

/** Those options that were given, by the names that operations has for them. */
const given = (options: Options, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(names).flatMap(([option, name]) => (options[option] === undefined ? [] : [[name, options[option]]])),
  )

/** A change that takes nothing but whose account it is. */
const changing = (verb: string, says: (person: Person) => string): Command => ({
  options: { json: { type: 'boolean', means: 'Prints JSON, for programs.' } },
  takes: 'USER',
  async run({ options, words }, context) {
    const person = await ask<Person>(context, `users/${part(oneName(words, verb))}/${verb}`, {})
    context.out(options.json === true ? JSON.stringify(person) : says(person))
    return 0
  },
})

export const suspendCommand = changing(
  'suspend',
  ({ userName }) => `${userName} is suspended; all sessions have ended.`,
)
export const reinstateCommand = changing('reinstate', ({ userName }) => `${userName} may sign in again.`)
export const endCommand = changing('end', ({ userName }) => `The account of ${userName} has ended for good.`)
export const removeFactorsCommand = changing(
  'remove-factors',
  ({ userName }) => `${userName} has no second factor; the next sign-in sets one up where one is needed.`,
)

export const resetCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints JSON, for programs.' } },
  takes: 'USER',
  async run({ options, words }, context) {
    const link = await ask<OneTimeLink>(context, `users/${part(oneName(words, 'reset'))}/reset`, {})
    show(context, { link }, options.json === true)
    return 0
  },
}

/** Shows the roles, or sets them: `--set nurse,billing`. */
export const rolesCommand: Command = {
  options: {
    set: {
      type: 'string',
      takes: 'LIST',
      means: 'Gives these roles in place of those, as in nurse,billing; all sessions end.',
    },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  takes: 'USER',
  async run({ options, words }, context) {
    const name = part(oneName(words, 'roles'))
    const person =
      options.set === undefined
        ? await ask<Person>(context, `users/${name}`)
        : await ask<Person>(context, `users/${name}/roles`, { roles: listOf(options.set) })
    context.out(options.json === true ? JSON.stringify(person.roles) : person.roles.join('\n'))
    return 0
  },
}
