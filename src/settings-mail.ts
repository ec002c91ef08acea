/** Settings of the mail that operations sends. */
import { path, type Setting } from '#foundation/setting.ts'
import { sender, smtp } from './setting-kinds.ts'

export const MAIL_SETTINGS = {
  smtpUrl: {
    env: 'OMNICARE_SMTP_URL',
    means:
      'Server that takes mail, with the user to sign in as, if any. `smtp://`: must offer STARTTLS, unless it is localhost; `smtps://`: encrypted from the beginning. Needs OMNICARE_OPERATIONS_PUBLIC_URL, to which links in mails lead. Unset: nothing is mailed, and administrators hand links over.',
    fallback: undefined,
    secret: true,
    ...smtp,
  } as Setting<string | undefined>,
  smtpPasswordFile: {
    env: 'OMNICARE_SMTP_PASSWORD_FILE',
    means: 'File with the password for OMNICARE_SMTP_URL, where it does not stand in that address.',
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  smtpAuthoritiesFile: {
    env: 'OMNICARE_SMTP_CA_FILE',
    means:
      "File of certificate authorities, in PEM, that the mail server's certificate is checked against. Unset: those that Node trusts.",
    fallback: undefined,
    ...path,
  } as Setting<string | undefined>,
  mailFrom: {
    env: 'OMNICARE_MAIL_FROM',
    means: 'From whom mail comes, as in `OmniCare <omnicare@example.org>`. Needed with OMNICARE_SMTP_URL.',
    fallback: undefined,
    ...sender,
  } as Setting<string | undefined>,
} satisfies Record<string, Setting<unknown>>
