/** Settings of who may enter, and for how long. */
import { path, type Setting, wholeNumber } from '#foundation/setting.ts'
import { key } from './setting-kinds.ts'

export const IDENTITY_SETTINGS = {
  identityKey: {
    env: 'OMNICARE_IDENTITY_KEY',
    means: 'Key that seals second factors, signing keys and the secrets of programs, where it is not in a file.',
    fallback: undefined,
    secret: true,
    ...key,
  } as Setting<string | undefined>,
  identityKeyFile: {
    env: 'OMNICARE_IDENTITY_KEY_FILE',
    means:
      'File with the key that seals second factors, signing keys and the secrets of programs: keep a copy of it apart from the backups.',
    fallback: undefined,
    fallbackSays: '`identity-key` in OMNICARE_HOME, made at the first start',
    ...path,
  } as Setting<string | undefined>,
  identityFormerKeyFile: {
    env: 'OMNICARE_IDENTITY_FORMER_KEY_FILE',
    means:
      'File with the former identity key, for the start after the key was changed: all that it sealed is sealed anew.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  passwordLeast: {
    env: 'OMNICARE_PASSWORD_LENGTH',
    means:
      'Least length of a password. There are no rules about kinds of characters, and none must be changed regularly.',
    unit: 'characters',
    fallback: 12,
    ...wholeNumber(8, 64),
  },
  passwordBreached: {
    env: 'OMNICARE_PASSWORD_BREACHED',
    means:
      'File of stolen passwords that nobody may take: one a line, or the sorted SHA-1 file of haveibeenpwned.com. The commonest 49,000 are refused without it.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  sessionIdleMinutes: {
    env: 'OMNICARE_SESSION_IDLE',
    means: 'A session that is not used for so long ends.',
    unit: 'minutes',
    fallback: 30,
    ...wholeNumber(1, 1_440),
  },
  sessionHours: {
    env: 'OMNICARE_SESSION_LONGEST',
    means: 'A session ends after this long, however much it is used.',
    unit: 'hours',
    fallback: 12,
    ...wholeNumber(1, 168),
  },
  invitationHours: {
    env: 'OMNICARE_INVITATION_HOURS',
    means: 'How long the link of an invitation is good.',
    unit: 'hours',
    fallback: 72,
    ...wholeNumber(1, 720),
  },
  resetMinutes: {
    env: 'OMNICARE_RESET_MINUTES',
    means: 'How long a link to choose another password is good.',
    unit: 'minutes',
    fallback: 60,
    ...wholeNumber(5, 1_440),
  },
  refreshDays: {
    env: 'OMNICARE_REFRESH_DAYS',
    means: 'How long a program that was let in for somebody may go on before it must be let in anew.',
    unit: 'days',
    fallback: 30,
    ...wholeNumber(1, 365),
  },
  signingKeyDays: {
    env: 'OMNICARE_SIGNING_KEY_DAYS',
    means: 'How long one key signs access tokens; what it has signed goes on counting.',
    unit: 'days',
    fallback: 91,
    fallbackSays: '91, a quarter',
    ...wholeNumber(1, 3_650),
  },
} satisfies Record<string, Setting<unknown>>
