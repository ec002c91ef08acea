/** The file of settings: one JSON object whose keys are the names that the environment uses. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Problem } from './fault.ts'
import { type Catalogue, problem } from './setting.ts'

export interface SettingFile {
  /** As messages call it. */
  readonly name: string
  readonly values: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

const OTHERS_MAY_READ = 0o004

/** Reads the file; what is wrong with it is found, not thrown, so that it is told together with all other mistakes. */
export function readSettingFile(file: string, catalogue: Catalogue): SettingFile {
  const name = basename(file)
  const nothing = (says: string): SettingFile => ({ name, values: {}, problems: [problem(says)] })
  if (!existsSync(file)) return nothing(`${file} does not exist; OMNICARE_CONFIG names it`)
  const content = parse(readFileSync(file, 'utf8'))
  if (content === undefined) return nothing(`${name} must be one JSON object, as in {"OMNICARE_PORT": 8080}`)

  const problems: Problem[] = []
  const values: Record<string, string> = {}
  for (const [key, value] of Object.entries(content)) {
    if (typeof value === 'string' || typeof value === 'number') values[key] = String(value)
    else problems.push(problem(`${key} must be a text or a number (${name})`))
  }
  const secret = Object.values(catalogue).find((setting) => setting.secret === true && setting.env in values)
  if (secret !== undefined && (statSync(file).mode & OTHERS_MAY_READ) !== 0)
    problems.push(problem(`${secret.env} is secret, and everybody may read ${name}: chmod 600 ${file}`))
  return { name, values, problems }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? (content as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
