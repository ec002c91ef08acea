/** Prints docs/settings.md from the catalogue in src/settings.ts. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Setting } from '../../src/foundation/setting.ts'
import { SETTINGS } from '../../src/settings.ts'

const HEAD = `# Settings

Each setting is a variable of the environment, or a key in \`omnicare.config.json\`, the file beside package.json (or the
one that OMNICARE_CONFIG names):

\`\`\`json
{ "OMNICARE_PORT": 9090, "OMNICARE_PRACTICE": "off" }
\`\`\`

The environment wins over the file. What is empty counts as not given. Nothing starts with settings that are mistaken: all
mistakes are told at once, misspelt names too. A file that holds a secret (*) must not be readable by everybody.

This page is printed by \`npm run generate\` from src/settings.ts.

| setting | meaning | value | default |
| --- | --- | --- | --- |
`

export function settingsPage(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(({ env, means, form, unit, fallback, ...setting }) => {
    const preset = setting.fallbackSays ?? (fallback === undefined ? 'unset' : `\`${fallback}\``)
    const cells = [
      `\`${env}\`${setting.secret ? ' *' : ''}`,
      means,
      unit === undefined ? form : `${unit}: ${form}`,
      preset,
    ]
    return `| ${cells.join(' | ')} |\n`
  })
  return HEAD + rows.join('')
}

export function generateSettingsPage(root: string): void {
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs/settings.md'), settingsPage())
}
