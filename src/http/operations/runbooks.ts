/** What to do when something is wrong: the pages of docs/runbooks, as they are in the repository. */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { json } from './given.ts'
import { allMay } from './permit.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/runbooks')
const BASE = '/api/operations/runbooks'

/** Read at the start: on a day on which the disk doesn't answer they are there all the same. */
export function runbookRoutes(): Routes {
  const texts = new Map(
    globSync('*.md', { cwd: FOLDER })
      .sort()
      .map((file) => [basename(file, '.md'), readFileSync(join(FOLDER, file), 'utf8')]),
  )
  const runbooks = [...texts].map(([name, text]) => ({ name, title: /^# (.*)$/m.exec(text)?.[1] ?? name }))
  return allMay('health:read', {
    [BASE]: { GET: async (_request, reply) => json(reply, { runbooks }) },
    [`${BASE}/:name`]: {
      GET: async (request, reply) => {
        const { name } = request.params as { name: string }
        const text = texts.get(name)
        if (text === undefined) throw httpFaults['no-operations-endpoint']()
        return json(reply, { name, text })
      },
    },
  })
}
