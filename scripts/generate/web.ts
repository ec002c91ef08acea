/** Builds the web pages into web/built, each file also as gzip: `npm start` serves them without the tools that make them. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Smaller ones fit into the packet that answers anyway. */
const LEAST_BYTES = 1024

/** @param into where the files go; what was there is removed */
export async function generateWeb(root: string, into = join(root, 'web/built')): Promise<void> {
  await build({ configFile: join(root, 'web/vite.config.ts'), build: { outDir: into, emptyOutDir: true } })
  for (const file of globSync('**/*.{js,css,html,svg}', { cwd: into })) {
    const content = readFileSync(join(into, file))
    if (content.length >= LEAST_BYTES) writeFileSync(join(into, `${file}.gz`), gzipSync(content, { level: 9 }))
  }
}
