import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { may, type SignedIn } from '../api/session.ts'
import type { Offer } from '../palette/find.ts'
import { placeOf } from './health/words.ts'
import { alerts, dashboards, health } from './queries.ts'

/** What operations adds to the palette: what is wrong now, by its own name, and the dashboards. */
export function useOperationsOffers(signedIn: SignedIn): readonly Offer[] {
  const navigate = useNavigate()
  const firing = useQuery({ ...alerts, enabled: may(signedIn, 'alerts:read') })
  const report = useQuery({ ...health, enabled: may(signedIn, 'health:read') })
  const plans = useQuery({ ...dashboards, enabled: may(signedIn, 'metrics:read') })
  return [
    ...(firing.data?.alerts ?? []).map(({ id, name, summary }) => ({
      key: id,
      says: summary,
      kind: 'Alert',
      also: name,
      run: () => navigate({ to: '/alerts', hash: id }),
    })),
    ...(report.data?.causes ?? []).map(({ probe, says }) => ({
      key: probe,
      says,
      kind: 'Probe',
      also: probe,
      run: () => navigate({ to: '/probes', hash: placeOf(probe) }),
    })),
    ...(plans.data?.dashboards ?? []).map(({ name, title }) => ({
      key: name,
      says: title,
      kind: 'Dashboard',
      run: () => navigate({ to: '/dashboards/$name', params: { name } }),
    })),
  ]
}
