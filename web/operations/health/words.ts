/** What the terms of health are called on pages. */
import type { HealthReport, ProbeState, Section, Verdict } from '../../../src/operations/health/terms.ts'
import type { Tone } from '../mark.tsx'

export const VERDICT_TONES: Readonly<Record<Verdict, Tone>> = { pass: 'well', warn: 'care', fail: 'bad' }
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { pass: 'Well', warn: 'Needs care', fail: 'Failed' }

export const SECTION_WORDS: Readonly<Record<Section, string>> = {
  cluster: 'Machine and processes',
  application: 'Application',
  database: 'Databases',
}

export const toneOf = ({ verdict }: Pick<ProbeState, 'verdict'>): Tone =>
  verdict === undefined ? 'unknown' : VERDICT_TONES[verdict]
export const wordOf = ({ verdict }: Pick<ProbeState, 'verdict'>): string =>
  verdict === undefined ? 'Not asked yet' : VERDICT_WORDS[verdict]

/** How the whole is, in a sentence. */
export function said({ verdict, service }: HealthReport): { readonly tone: Tone; readonly says: string } {
  if (service === 'fail') return { tone: 'bad', says: 'The hospital can’t be worked with.' }
  if (service === 'warn') return { tone: 'care', says: 'The hospital can be worked with, but not for sure.' }
  if (verdict === 'pass') return { tone: 'well', says: 'The hospital is well.' }
  return { tone: 'care', says: 'The hospital can be worked with. Something needs care.' }
}

/** Where the page of health has a probe: the mark in its address. */
export const placeOf = (probe: string): string => probe.replaceAll(/[^a-z0-9]+/gi, '-')
