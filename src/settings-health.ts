/** Settings of health: by which limits it is judged, and which regions there are. */
import { type Setting, text, wholeNumber } from '#foundation/setting.ts'
import { regions, timeServer } from './setting-kinds.ts'

export const HEALTH_SETTINGS = {
  diskWarnPercent: {
    env: 'OMNICARE_DISK_WARN_PERCENT',
    means: 'From how much of a disk is used on health warns of it. It fails at 95.',
    unit: '% used',
    fallback: 85,
    ...wholeNumber(1, 99),
  },
  ntpServer: {
    env: 'OMNICARE_NTP_SERVER',
    means:
      "Time server that this machine's clock is compared with, as host or host:port. Unset: with the databases' only.",
    fallback: undefined,
    ...timeServer,
  } as Setting<{ readonly host: string; readonly port: number } | undefined>,
  region: {
    env: 'OMNICARE_REGION',
    means: 'Name of the region that this is.',
    fallback: 'local',
    ...text('letters, digits and hyphens', /^[A-Za-z0-9-]{1,40}$/),
  },
  regions: {
    env: 'OMNICARE_REGIONS',
    means:
      'Other regions, by name and the address of their operations, separated by commas: `us-west-2=https://operations.us-west-2.example.org`. `omnicare health --regions` asks each. Unset: there is one region.',
    fallback: [],
    fallbackSays: 'none',
    ...regions,
  } as Setting<readonly { readonly name: string; readonly url: string }[]>,
} satisfies Record<string, Setting<unknown>>
