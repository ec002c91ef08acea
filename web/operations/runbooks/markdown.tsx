/** Markdown as elements: no markup is ever put in as it is written. */
import { Anchor, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lexer, type Token, type Tokens } from 'marked'
import { createElement, Fragment, type ReactNode } from 'react'
import styles from './markdown.module.css'

export const titleOf = (text: string): string =>
  lexer(text).find((token): token is Tokens.Heading => token.type === 'heading')?.text ?? 'Runbook'

/** Without its first heading, which is the title of the page. */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = lexer(text)
  const first = tokens.findIndex(({ type }) => type === 'heading')
  return <div className={styles.text}>{shown(tokens.toSpliced(first, 1))}</div>
}

// Given one by one, they need no keys: the text of a page doesn't change while it is shown.
const within = (name: 'ol' | 'ul' | 'tr' | 'tbody' | typeof Fragment, children: readonly ReactNode[]): ReactNode =>
  createElement(name, {}, ...children)
const shown = (tokens: readonly Token[] = []): ReactNode => within(Fragment, tokens.map(element))
const cell = (name: 'th' | 'td' | 'li', { tokens }: { readonly tokens: readonly Token[] }): ReactNode =>
  createElement(name, {}, shown(tokens))

function element(token: Token): ReactNode {
  switch (token.type) {
    case 'heading':
      return (
        <Title order={3} size="h5" mt="lg" mb="xs">
          {shown(token.tokens)}
        </Title>
      )
    case 'paragraph':
      return <p>{shown(token.tokens)}</p>
    case 'list': {
      const { ordered, items } = token as Tokens.List
      return within(
        ordered ? 'ol' : 'ul',
        items.map((item) => cell('li', item)),
      )
    }
    case 'code':
      return (
        <pre className={styles.code}>
          <code>{token.text}</code>
        </pre>
      )
    case 'table':
      return <TableOf table={token as Tokens.Table} />
    case 'link':
      return <To href={token.href}>{shown(token.tokens)}</To>
    case 'strong':
      return <strong>{shown(token.tokens)}</strong>
    case 'em':
      return <em>{shown(token.tokens)}</em>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'space':
      return null
    case 'text':
      return 'tokens' in token && token.tokens !== undefined ? shown(token.tokens) : token.text
    case 'escape':
      return token.text
    default:
      return token.raw
  }
}

function TableOf({ table: { header, rows } }: { readonly table: Tokens.Table }) {
  return (
    <table className={styles.table}>
      <thead>
        {within(
          'tr',
          header.map((one) => cell('th', one)),
        )}
      </thead>
      {within(
        'tbody',
        rows.map((row) =>
          within(
            'tr',
            row.map((one) => cell('td', one)),
          ),
        ),
      )}
    </table>
  )
}

/** Other runbooks are pages here; what lies elsewhere in the repository is named, not led to. */
function To({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const runbook = /^(?:\.\/)?([\w-]+)\.md(?:#.*)?$/.exec(href)?.[1]
  if (runbook !== undefined)
    return (
      <Link to="/runbooks/$name" params={{ name: runbook }}>
        {children}
      </Link>
    )
  if (/^https:\/\//.test(href))
    return (
      <Anchor href={href} rel="noreferrer">
        {children}
      </Anchor>
    )
  return (
    <>
      {children} (<code>{href}</code>)
    </>
  )
}
