/** Every command, one line each. */
import type { Entry } from './command.ts'

export const COMMANDS: readonly Entry[] = [
  {
    words: 'import',
    does: 'Loads FHIR bundles and NDJSON, plain or gzip, into the running hospital.',
    load: async () => (await import('./import/command.ts')).importCommand,
  },
  {
    words: 'practice patients',
    does: 'Makes synthetic patients, always the same for a seed; prints them or loads them.',
    load: async () => (await import('./practice/command.ts')).practiceCommand,
  },
  {
    words: 'status',
    does: 'Shows how the hospital and operations are.',
    load: async () => (await import('./status.ts')).statusCommand,
  },
]
