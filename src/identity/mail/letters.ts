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
