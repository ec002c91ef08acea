/** The pages that people find their way to, by the navigation and by the palette: each only those they may use. */
import type { OperationsPermission } from '../src/identity/terms.ts'
import { may, type SignedIn } from './api/session.ts'

const SECTIONS = ['Operations', 'Administration', 'You'] as const

interface Named {
  readonly to: string
  readonly says: string
  readonly section: (typeof SECTIONS)[number]
  readonly needs?: OperationsPermission
  /** Not for those who may this: they have another page at the same address. */
  readonly besides?: OperationsPermission
  /** Other words by which the palette finds it. */
  readonly also?: string
}

const PAGES = [
  { to: '/', says: 'Overview', section: 'Operations', needs: 'health:read', also: 'home wall start' },
  {
    to: '/probes',
    says: 'Health',
    section: 'Operations',
    needs: 'health:read',
    also: 'probes availability sla errors',
  },
  { to: '/alerts', says: 'Alerts', section: 'Operations', needs: 'alerts:read', also: 'firing silences acknowledge' },
  { to: '/dashboards', says: 'Dashboards', section: 'Operations', needs: 'metrics:read', also: 'charts metrics' },
  { to: '/logs', says: 'Logs', section: 'Operations', needs: 'logs:read', also: 'lines errors search follow' },
  {
    to: '/performance',
    says: 'Performance',
    section: 'Operations',
    needs: 'performance:read',
    also: 'slow statements indexes capacity optimize',
  },
  {
    to: '/procedures',
    says: 'Procedures',
    section: 'Operations',
    needs: 'procedures:read',
    also: 'morning check shift hand-over end of day',
  },
  { to: '/runbooks', says: 'Runbooks', section: 'Operations', needs: 'health:read', also: 'what to do manual' },
  { to: '/people', says: 'People', section: 'Administration', needs: 'identity:read', also: 'accounts roles users' },
  { to: '/keys', says: 'API keys', section: 'Administration', needs: 'keys:read', also: 'machines tokens' },
  { to: '/programs', says: 'Programs', section: 'Administration', needs: 'clients:read', also: 'smart apps clients' },
  {
    to: '/providers',
    says: 'Identity providers',
    section: 'Administration',
    needs: 'providers:read',
    also: 'single sign-on sso openid',
  },
  { to: '/', says: 'Home', section: 'You', besides: 'health:read' },
  { to: '/account', says: 'Your account', section: 'You', also: 'password passkey sessions profile' },
] as const satisfies readonly Named[]

export type Page = (typeof PAGES)[number]

export const pagesFor = (signedIn: SignedIn): readonly Page[] =>
  PAGES.filter(
    ({ needs, besides }: Named) =>
      (needs === undefined || may(signedIn, needs)) && (besides === undefined || !may(signedIn, besides)),
  )

/** The sections that have any, in order. */
export const sectioned = (pages: readonly Page[]): readonly { readonly title: string; readonly pages: Page[] }[] =>
  SECTIONS.map((title) => ({ title, pages: pages.filter(({ section }) => section === title) })).filter(
    (section) => section.pages.length > 0,
  )
