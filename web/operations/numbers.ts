/** Numbers as people read them. */
import type { PanelPlan } from '../../src/operations/samples/terms.ts'

type Unit = PanelPlan['unit']

const plain = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

const number = (value: number): string => (Math.abs(value) >= 1000 ? whole : plain).format(value)

export function bytes(value: number): string {
  const step = value === 0 ? 0 : Math.min(Math.floor(Math.log2(Math.abs(value)) / 10), SIZES.length - 1)
  return `${number(value / 1024 ** Math.max(step, 0))} ${SIZES[Math.max(step, 0)]}`
}

export function seconds(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0 s'
  if (size < 1) return `${number(value * 1000)} ms`
  if (size < 120) return `${number(value)} s`
  if (size < 2 * 3_600) return `${number(value / 60)} min`
  return size < 2 * 86_400 ? `${number(value / 3_600)} h` : `${number(value / 86_400)} days`
}

export const milliseconds = (value: number): string => seconds(value / 1000)
export const count = (value: number): string => whole.format(value)
/** Of availability: the digits behind the point are what it is about. */
export const percent = (value: number): string =>
  `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 }).format(value)} %`

const WORDS: Readonly<Record<Unit, (value: number) => string>> = {
  count: number,
  'per-second': (value) => `${number(value)}/s`,
  'per-minute': (value) => `${number(value)}/min`,
  seconds,
  percent: (value) => `${number(value)} %`,
  ratio: (value) => `${number(value * 100)} %`,
  bytes,
}

export const inWords = (value: number, unit: Unit): string => WORDS[unit](value)
