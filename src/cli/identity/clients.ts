import { readFileSync } from 'node:fs'
import type { NewOAuthClient, OAuthClient } from '#identity'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, columns, part, wordsIn } from './ask.ts'

type Options = Readonly<Record<string, string | boolean | undefined>>

/** `identity clients`, `identity clients register NAME --scopes …`, `identity clients permit`, `identity clients end ID`. */
export const clientsCommand: Command = {
  options: {
    scopes: { type: 'string', takes: 'LIST', means: 'What it may ask for, as in launch/patient,openid,patient/*.rs.' },
    redirect: {
      type: 'string',
      takes: 'LIST',
      means: 'Addresses that people come back to: https, or of this machine.',
    },
    launch: { type: 'string', takes: 'URL', means: 'Where it is started from a chart.' },
    'jwks-uri': { type: 'string', takes: 'URL', means: 'Where its public keys are.' },
    'jwks-file': { type: 'string', takes: 'FILE', means: 'Its public keys (JWKS): it proves itself by signing.' },
    secret: { type: 'boolean', means: 'It proves itself by a secret, which is shown once.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  takes: '[list] [register NAME] [permit] [end ID]',
  async run({ options, words: given }, context) {
    const { out } = context
    const [verb = 'list', what, ...more] = given
    if (verb === 'list' && what === undefined) {
      const { clients } = await ask<{ clients: OAuthClient[] }>(context, 'clients')
      if (options.json === true) out(JSON.stringify(clients))
      else for (const line of tableOf(clients)) out(line)
      return 0
    }
    if (verb === 'register' && what !== undefined && more.length === 0) {
      const made = await ask<{ client: OAuthClient; secret?: string }>(context, 'clients', clientOf(what, options))
      if (options.json === true) out(JSON.stringify(made))
      else {
        out(`Client id: ${made.client.id}`)
        if (made.secret !== undefined) out(`Secret, shown once: ${made.secret}`)
      }
      return 0
    }
    if (verb === 'permit' && what === undefined) {
      const { token } = await ask<{ token: string }>(context, 'registration-token', {})
      out(
        options.json === true
          ? JSON.stringify({ token })
          : `By this a program may register itself within a week:\n${token}`,
      )
      return 0
    }
    if (verb === 'end' && what !== undefined && more.length === 0) {
      await ask(context, `clients/${part(what)}/end`, {})
      out('The program has ended, and all tokens that it holds.')
      return 0
    }
    throw cliFaults['bad-options']({
      why: 'identity clients takes list, register and a name, permit, or end and an id',
    })
  },
}

function clientOf(name: string, options: Options): NewOAuthClient {
  const { redirect, launch, scopes, secret, 'jwks-uri': jwksUri, 'jwks-file': jwksFile } = options
  return {
    name,
    scopes: wordsIn(scopes),
    ...(redirect !== undefined && { redirectUris: wordsIn(redirect) }),
    ...(launch !== undefined && { launchUri: String(launch) }),
    ...(jwksUri !== undefined && { jwksUri: String(jwksUri) }),
    ...(jwksFile !== undefined && { jwks: keysIn(String(jwksFile)) }),
    ...(secret === true && { secret }),
  }
}

function keysIn(file: string): { keys: object[] } {
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys?: unknown }
    if (Array.isArray(keys)) return { keys }
  } catch {
    // Said below.
  }
  throw cliFaults['bad-options']({ why: `${file} is no set of public keys (JWKS)` })
}

function tableOf(clients: readonly OAuthClient[]): string[] {
  if (clients.length === 0) return ['There are no programs.']
  const head = ['id', 'name', 'proves itself by', 'scopes', 'comes back to']
  return columns([
    head,
    ...clients.map(({ id, name, auth, scopes, redirectUris }) => [
      id,
      name,
      auth === 'none' ? 'nothing' : auth,
      scopes.join(' '),
      redirectUris.join(' '),
    ]),
  ])
}
