/** How far back charts can be shown. */
export const SPANS = [
  { key: '15m', says: '15 minutes', seconds: 900 },
  { key: '1h', says: 'hour', seconds: 3_600 },
  { key: '6h', says: '6 hours', seconds: 21_600 },
  { key: '24h', says: '24 hours', seconds: 86_400 },
  { key: '7d', says: '7 days', seconds: 604_800 },
  { key: '30d', says: '30 days', seconds: 2_592_000 },
] as const
export type Span = (typeof SPANS)[number]['key']

const USUAL = SPANS[1]

export const spanOf = (key: unknown): (typeof SPANS)[number] => SPANS.find((span) => span.key === key) ?? USUAL
