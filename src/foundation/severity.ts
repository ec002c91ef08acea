/** How bad something is, in the words that alerts, probes, procedures and incidents share. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]
