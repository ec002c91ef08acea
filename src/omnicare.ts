/** The command line. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificatesIn } from '#foundation/tls/calls.ts'
import { COMMANDS } from './cli/commands.ts'
import { dispatch } from './cli/dispatch.ts'
import { cliFaults } from './cli/faults.ts'
import { believedIn, runIn } from './run-file.ts'
import { sayWhyNot } from './say-why-not.ts'
import { openSettings } from './settings.ts'
import { tokenFile } from './token.ts'

try {
  const { home, host, port, operationsPort, url, operationsUrl, ...settings } = openSettings(process.env).settings
  const { tlsCertificate } = settings
  const scheme = tlsCertificate === undefined ? 'http' : 'https'
  const run = runIn(home)
  const ofRun = believedIn(run)
  const inFile = tlsCertificate === undefined ? undefined : certificatesIn(tlsCertificate)
  process.exitCode = await dispatch(COMMANDS, process.argv.slice(2), {
    home,
    url: (url ?? (run?.hospital || `${scheme}://${host}:${port}`)).replace(/\/+$/, ''),
    operationsUrl: (operationsUrl ?? (run?.operations || `${scheme}://${host}:${operationsPort}`)).replace(/\/+$/, ''),
    ...((ofRun ?? inFile) && { believed: () => [...(ofRun?.() ?? []), ...(inFile?.() ?? [])] }),
    region: settings.region,
    regions: settings.regions,
    token() {
      const file = settings.tokenFile ?? tokenFile(home)
      if (!existsSync(file)) throw cliFaults['no-token']()
      return readFileSync(file, 'utf8').trim()
    },
    out: (line) => console.log(line),
    note: (text) => void process.stderr.write(text),
    version: () => JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).version,
  })
} catch (error) {
  sayWhyNot(error)
}
