/** The pages, by address. All but the first that is shown come when they are asked for. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  redirect,
} from '@tanstack/react-router'
import { Refusal } from './api/ask.ts'
import { SignIn } from './entry/sign-in.tsx'
import { Inside } from './inside.tsx'
import { NotFound } from './not-found.tsx'
import { type Span, spanOf } from './operations/dashboards/spans.ts'
import { logSearch } from './operations/logs/search.ts'
import { Centred } from './ui/layout.tsx'
import { Look } from './ui/provider.tsx'
import { Failure, Loading } from './ui/states.tsx'

type Search = Readonly<Record<string, unknown>>

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })
const interaction = ({ interaction: uid }: Search): { interaction?: string } =>
  typeof uid === 'string' ? { interaction: uid } : {}

/** Why nobody came in by an identity provider. */
const refusal = ({ refused }: Search): { refused?: string } => (typeof refused === 'string' ? { refused } : {})

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: SignIn,
    validateSearch: ({ to, ...given }: Search): { interaction?: string; to?: string; refused?: string } => ({
      ...interaction(given),
      ...refusal(given),
      ...(typeof to === 'string' && { to }),
    }),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/consent',
    validateSearch: interaction,
    component: lazyRouteComponent(() => import('./entry/consent.tsx'), 'Consent'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/pick-patient',
    validateSearch: interaction,
    component: lazyRouteComponent(() => import('./entry/pick-patient.tsx'), 'PickPatient'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/forgot',
    component: lazyRouteComponent(() => import('./entry/forgot.tsx'), 'Forgot'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/link',
    component: lazyRouteComponent(() => import('./entry/link.tsx'), 'Link'),
  }),
]

const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Inside })
const insideRoutes = [
  createRoute({
    getParentRoute: () => inside,
    path: '/',
    component: lazyRouteComponent(() => import('./home.tsx'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/probes',
    component: lazyRouteComponent(() => import('./operations/health/health.tsx'), 'Health'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/alerts',
    component: lazyRouteComponent(() => import('./operations/alerts/alerts.tsx'), 'Alerts'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/dashboards',
    beforeLoad: () => {
      throw redirect({ to: '/dashboards/$name', params: { name: 'system-overview' }, replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/dashboards/$name',
    validateSearch: ({ last }: Search): { last?: Span } => (last === undefined ? {} : { last: spanOf(last).key }),
    component: lazyRouteComponent(() => import('./operations/dashboards/dashboards.tsx'), 'Dashboards'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/logs',
    validateSearch: logSearch,
    component: lazyRouteComponent(() => import('./operations/logs/logs.tsx'), 'Logs'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/performance',
    component: lazyRouteComponent(() => import('./operations/performance/performance.tsx'), 'Performance'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/runbooks',
    component: lazyRouteComponent(() => import('./operations/runbooks/runbooks.tsx'), 'Runbooks'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/runbooks/$name',
    component: lazyRouteComponent(() => import('./operations/runbooks/runbook.tsx'), 'Runbook'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/account',
    validateSearch: refusal,
    component: lazyRouteComponent(() => import('./account/account.tsx'), 'Account'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/procedures',
    component: lazyRouteComponent(() => import('./operations/procedures/procedures.tsx'), 'Procedures'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/procedures/history',
    validateSearch: ({ procedure, state }: Search): { procedure?: string; state?: string } => ({
      ...(typeof procedure === 'string' && { procedure }),
      ...(typeof state === 'string' && { state }),
    }),
    component: lazyRouteComponent(() => import('./operations/procedures/history.tsx'), 'ProcedureHistory'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/procedures/$id',
    validateSearch: ({ step }: Search): { step?: string } => (typeof step === 'string' ? { step } : {}),
    component: lazyRouteComponent(() => import('./operations/procedures/occurrence.tsx'), 'ProcedurePage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/procedures/$id/print',
    component: lazyRouteComponent(() => import('./operations/procedures/print.tsx'), 'ProcedurePrint'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/people',
    validateSearch: ({ state, role }: Search): { state?: string; role?: string } => ({
      ...(typeof state === 'string' && { state }),
      ...(typeof role === 'string' && { role }),
    }),
    component: lazyRouteComponent(() => import('./people/people.tsx'), 'People'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/people/$id',
    component: lazyRouteComponent(() => import('./people/person.tsx'), 'PersonPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/keys',
    component: lazyRouteComponent(() => import('./people/keys.tsx'), 'Keys'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/programs',
    component: lazyRouteComponent(() => import('./people/programs.tsx'), 'Programs'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/providers',
    component: lazyRouteComponent(() => import('./people/providers.tsx'), 'Providers'),
  }),
]

const router = createRouter({
  routeTree: root.addChildren([...routes, inside.addChildren(insideRoutes)]),
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error }) => (
    <Centred title="Something went wrong">
      <Failure error={error} again={() => window.location.reload()} />
    </Centred>
  ),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

const MOST_TRIES = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused is refused again; only what didn't answer may answer now.
      retry: (tries, error) =>
        tries < MOST_TRIES && error instanceof Refusal && (error.status === 0 || error.status >= 502),
    },
  },
})

export function App() {
  return (
    <Look>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>
  )
}
