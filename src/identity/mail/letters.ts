/** The words of what is mailed to people about their own account: plain, short, nothing of patients. Pure. */
import type { Person } from '../terms.ts'

/** What somebody is told has been done with their account, so that they notice when it wasn't them. */
const NOTICES = {
  'new-sign-in': {
    subject: 'New sign-in to your account',
    says: 'Somebody signed in to your account from an address that it was not used from before.',
  },
  'password-changed': { subject: 'Your password was changed', says: 'The password of your account was changed.' },
  'app-set-up': {
    subject: 'A second factor was set up',
    says: 'An authenticator app was set up as a second factor of your account.',
  },
  'app-removed': {
    subject: 'A second factor was removed',
    says: 'The authenticator app of your account was removed.',
  },
  'passkey-set-up': { subject: 'A passkey was set up', says: 'A passkey was set up for your account.' },
  'passkey-removed': { subject: 'A passkey was removed', says: 'A passkey of your account was removed.' },
  'codes-made': {
    subject: 'New recovery codes were made',
    says: 'New recovery codes were made for your account; the former ones no longer count.',
  },
  'identity-linked': {
    subject: 'An identity was linked to your account',
    says: 'An identity at an identity provider was linked to your account: whoever has it can sign in as you.',
  },
  'identity-unlinked': {
    subject: 'An identity was unlinked from your account',
    says: 'An identity at an identity provider was unlinked from your account, and no longer signs in to it.',
  },
  'provider-removed': {
    subject: 'An identity provider was removed',
    says:
      'An administrator has removed an identity provider by which you could sign in. Sign in with your password or a passkey ' +
      'from now on; if you have no password, ask for a link on the sign-in page.',
  },
  'factors-removed': {
    subject: 'Your second factors were removed',
    says: 'An administrator has removed all second factors of your account.',
  },
  'address-changed': {
    subject: 'Your e-mail address was changed',
    says: 'The e-mail address of your account was changed. Mail about your account no longer comes to this one.',
  },
} as const satisfies Record<string, { readonly subject: string; readonly says: string }>
export type NoticeOfChange = keyof typeof NOTICES

/** What security officers are told that administrators have done, of whom or what follows it. */
const OVERSEEN = {
  'key-made': 'An API key was made: whoever has it reaches what its scopes name, without a person.',
  'key-given': 'An API key was given to another owner, with whom it stops from now on.',
  'program-registered': 'A program was registered that may ask for access.',
  'registration-permitted': 'A program was permitted to register itself.',
  'reset-link-made':
    'A link was made by which the password of an account can be changed; who made it has seen it, unless it was mailed.',
  'factors-removed': 'All second factors of an account were removed.',
  'address-changed': 'The e-mail address of an account was changed: links to choose another password go there.',
  'roles-given': 'An account was given a role that administers or oversees.',
  'provider-added': 'An identity provider was added: it says who people are.',
  'provider-removed': 'An identity provider was removed.',
  'identity-linked': 'An identity at an identity provider was linked to an account: whoever has it can sign in to it.',
} as const satisfies Record<string, string>
export type Overseen = keyof typeof OVERSEEN

export interface Words {
  readonly subject: string
  readonly text: string
  readonly html: string
}

interface LinkWords {
  readonly subject: string
  readonly says: string
  readonly asks: string
  readonly else: string
}

const LINKS: Readonly<Record<'invitation' | 'reset', LinkWords>> = {
  invitation: {
    subject: 'Your OmniCare account',
    says: 'An account was made for you in OmniCare.',
    asks: 'Open this link to choose your password:',
    else: 'If you did not expect this, do nothing: without the link nobody gets in.',
  },
  reset: {
    subject: 'Choose another password',
    says: 'A link to choose another password was asked for.',
    asks: 'Open this link to choose it:',
    else: 'If you did not ask for it, do nothing: your password stays as it is.',
  },
}

type Greeted = Pick<Person, 'displayName' | 'userName'>

/** `when`: until when the link is good, in words. */
export function linkLetter(
  purpose: 'invitation' | 'reset',
  { displayName, userName }: Greeted,
  link: { readonly address: string; readonly when: string },
): Words {
  const words = LINKS[purpose]
  return wordsOf(words.subject, [
    `Hello ${displayName},`,
    words.says,
    words.asks,
    { address: link.address },
    `It works once, until ${link.when}. Your user name is ${userName}. Give the link to nobody.`,
    words.else,
  ])
}

/** `when` it was done, in words; `from` which network address, where that tells something. */
export function noticeLetter(
  notice: NoticeOfChange,
  { displayName, userName }: Greeted,
  { when, from, signIn }: { readonly when: string; readonly from: string; readonly signIn: string },
): Words {
  const { subject, says } = NOTICES[notice]
  return wordsOf(subject, [
    `Hello ${displayName},`,
    says,
    `User name: ${userName}. When: ${when}.${from === '' ? '' : ` From: ${from}.`}`,
    'If that was you, there is nothing to do.',
    'If it was not, sign in, change your password, unlink identities that are not yours, end your other sessions, ' +
      'and tell your administrator at once:',
    { address: signIn },
  ])
}

/** `by` whom it was done, and to `whom`, as people know them. */
export function oversightLetter(
  what: Overseen,
  { displayName }: Pick<Greeted, 'displayName'>,
  done: { readonly whom: string; readonly by: string; readonly when: string; readonly signIn: string },
): Words {
  return wordsOf('Something to look at as a security officer', [
    `Hello ${displayName},`,
    OVERSEEN[what],
    `Of: ${done.whom}. By: ${done.by}. When: ${done.when}.`,
    'If you know why, there is nothing to do. If not, ask who did it; the audit trail has it, among the entries of the action ' +
      'oversight:',
    { address: done.signIn },
  ])
}

type Line = string | { readonly address: string }

function wordsOf(subject: string, lines: readonly Line[]): Words {
  const text = lines.map((line) => (typeof line === 'string' ? line : line.address)).join('\n\n')
  const html = lines.map((line) => `<p>${typeof line === 'string' ? escaped(line) : anchor(line.address)}</p>`)
  return {
    subject: `OmniCare: ${subject}`,
    text: `${text}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.join('\n')}\n</body></html>\n`,
  }
}

const anchor = (address: string): string => `<a href="${escaped(address)}">${escaped(address)}</a>`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
