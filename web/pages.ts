/** The pages that people find their way to, by the navigation and by the palette: each only those they may use. */
import type { OperationsPermission } from '../src/identity/terms.ts'
import { may, type SignedIn } from './api/session.ts'

const SECTIONS = ['Operations', 'Administration', 'You'] as const

interface Named {
  readonly to: string
  readonly says: string
  readonly section: (typeof SECTIONS)[number]
  readonly needs?: OperationsPermission
  /** Other words by which the palette finds it. */
  readonly also?: string
}

const PAGES = [
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
  { to: '/', says: 'Home', section: 'You', also: 'start' },
  { to: '/account', says: 'Your account', section: 'You', also: 'password passkey sessions profile' },
] as const satisfies readonly Named[]

export type Page = (typeof PAGES)[number]

export const pagesFor = (signedIn: SignedIn): readonly Page[] =>
  PAGES.filter(({ needs }: Named) => needs === undefined || may(signedIn, needs))

/** The sections that have any, in order. */
export const sectioned = (pages: readonly Page[]): readonly { readonly title: string; readonly pages: Page[] }[] =>
  SECTIONS.map((title) => ({ title, pages: pages.filter(({ section }) => section === title) })).filter(
    (section) => section.pages.length > 0,
  )
