/**
 * The web pages: what `npm run generate` has built in web/built. Each file is a route of its own, so that nothing else of the
 * disk can be asked for; the addresses of pages all give the same document, whose script shows what belongs there.
 */
import { globSync } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Meter } from '../meter.ts'
import { hangOut, type Routes } from '../routes.ts'

const BUILT = join(import.meta.dirname, '../../../web/built')
const DOCUMENT = 'index.html'

/** The pages of web/app.tsx. */
const PAGES = [
  '/',
  '/sign-in',
  '/consent',
  '/pick-patient',
  '/forgot',
  '/link',
  '/account',
  '/people',
  '/people/:id',
  '/keys',
  '/programs',
  '/providers',
]

/** The name of these has a hash of their content in it. */
const FOR_EVER = 'public, max-age=31536000, immutable'
const ASK_AGAIN = 'no-cache'

interface PageOptions {
  /** Base of the hospital's API: pages ask it for patients. */
  readonly hospital: string
}

/** Nothing written into a page runs or is shown: scripts and styles come from files of ours. */
const policy = (hospital: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(hospital).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export function hangOutPages(app: FastifyInstance, meter: Meter, { hospital }: PageOptions): void {
  const csp = policy(hospital)
  app.register(async (pages) => {
    await pages.register(fastifyStatic, { root: BUILT, serve: false, preCompressed: true, cacheControl: false })
    pages.addHook('onSend', (request, reply, payload, done) => {
      if (reply.statusCode < 400) {
        const isHashed = request.routeOptions.url?.startsWith('/assets/') === true
        reply.headers({ 'content-security-policy': csp, 'cache-control': isHashed ? FOR_EVER : ASK_AGAIN })
        reply.header('vary', 'accept-encoding')
      }
      done(null, payload)
    })
    const files = globSync('**/*.*', { cwd: BUILT }).filter((file) => !file.endsWith('.gz') && file !== DOCUMENT)
    hangOut(pages, meter, Object.fromEntries(files.map((file) => [`/${file}`, sends(file)])))
    hangOut(pages, meter, Object.fromEntries(PAGES.map((page) => [page, sends(DOCUMENT)])))
  })
}

/** Which files of the pages are not there; none when they can be shown. */
export async function missingPages(): Promise<string[]> {
  const text = await readFile(join(BUILT, DOCUMENT), 'utf8').catch(() => undefined)
  if (text === undefined) return [DOCUMENT]
  const named = [...text.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, file = '']) => file)
  const there = await Promise.all(
    named.map((file) =>
      access(join(BUILT, file)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return named.filter((_, index) => !there[index])
}

const sends = (file: string): Routes[string] => ({ GET: async (_request, reply) => reply.sendFile(file) })
