import { faults } from '#foundation/fault.ts'

export const samplesFaults = faults('samples', {
  'no-dashboard': {
    kind: 'missing',
    says: 'There is no such dashboard.',
    remedy: 'GET /api/operations/dashboards lists them.',
  },
  'no-panel': {
    kind: 'missing',
    says: 'The dashboard has no such panel.',
    remedy: 'GET /api/operations/dashboards lists them.',
  },
  'bad-span': {
    kind: 'invalid',
    says: (d: { days: number; points: number }) =>
      `Charts show up to ${d.days} days, in 2 to ${d.points} points, and not less than one scrape.`,
    remedy: 'Ask for another time, or fewer points.',
  },
})
