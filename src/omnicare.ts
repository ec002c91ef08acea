/** The command line. */
import { existsSync, readFileSync } from 'node:fs'
import { readSettings } from '#foundation/setting.ts'
import { COMMANDS } from './cli/commands.ts'
import { dispatch } from './cli/dispatch.ts'
import { cliFaults } from './cli/faults.ts'
import { sayWhyNot } from './say-why-not.ts'
import { SETTINGS } from './settings.ts'
import { tokenFile } from './token.ts'

const { OMNICARE_URL, OMNICARE_OPERATIONS_URL, OMNICARE_TOKEN_FILE, ...env } = process.env

try {
  const { home, host, port, operationsPort } = readSettings(SETTINGS, env)
  const status = await dispatch(COMMANDS, process.argv.slice(2), {
    home,
    url: (OMNICARE_URL ?? `http://${host}:${port}`).replace(/\/+$/, ''),
    operationsUrl: (OMNICARE_OPERATIONS_URL ?? `http://${host}:${operationsPort}`).replace(/\/+$/, ''),
    token() {
      const file = OMNICARE_TOKEN_FILE ?? tokenFile(home)
      if (!existsSync(file)) throw cliFaults['no-token']()
      return readFileSync(file, 'utf8').trim()
    },
    out: (line) => console.log(line),
    note: (text) => void process.stderr.write(text),
  })
  process.exitCode = status
} catch (error) {
  sayWhyNot(error)
}
