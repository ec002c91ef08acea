/** Everything that can be gone to or done, found by typing: Ctrl+K, or / where nothing is being typed. */
import { useMantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { Page } from '../pages.ts'
import { find, type Offer } from './find.ts'
import styles from './palette.module.css'

export function Palette({ pages, more = [] }: { readonly pages: readonly Page[]; readonly more?: readonly Offer[] }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      const isAsked = event.key === 'k' ? event.ctrlKey || event.metaKey : event.key === '/' && !isTyping(event.target)
      // Two dialogs at once would confuse: what is open stays.
      if (!isAsked || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
  return (
    <>
      <button
        type="button"
        className={styles.opener}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K /"
        onClick={() => setOpen(true)}
      >
        <span>Go to …</span>
        <kbd className={styles.keys}>Ctrl K</kbd>
      </button>
      {isOpen && <Finder pages={pages} more={more} close={() => setOpen(false)} />}
    </>
  )
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

function useOffers(pages: readonly Page[], more: readonly Offer[]): readonly Offer[] {
  const navigate = useNavigate()
  // Otherwise it would write a style element, which the policy refuses.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const colours = [
    ['light', 'Light colours'],
    ['dark', 'Dark colours'],
    ['auto', 'Colours of this device'],
  ] as const
  return [
    ...pages.map((page) => ({
      key: page.to,
      says: page.says,
      kind: 'Page',
      ...('also' in page && { also: page.also }),
      run: () => navigate({ to: page.to }),
    })),
    ...more,
    ...colours.map(([scheme, says]) => ({
      key: scheme,
      says,
      kind: 'Look',
      also: 'theme mode',
      run: () => setColorScheme(scheme),
    })),
  ]
}

interface FinderProps {
  readonly pages: readonly Page[]
  readonly more: readonly Offer[]
  readonly close: () => void
}

/** A list of which one is always marked: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
function Finder({ pages, more, close }: FinderProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const offers = find(useOffers(pages, more), typed)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  const take = (offer: Offer | undefined) => {
    if (offer === undefined) return
    close()
    offer.run()
  }
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && offers.length > 0) setAt((at + step + offers.length) % offers.length)
    else if (event.key === 'Enter') take(offers[at])
    else return
    event.preventDefault()
  }
  return (
    <dialog ref={dialog} className={styles.finder} aria-label="Go to" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Page, alert or what to do"
        aria-expanded={offers.length > 0}
        aria-controls={id}
        aria-activedescendant={offers.length > 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="Page, alert or what to do"
        className={styles.typed}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={pressed}
      />
      <div id={id} role="listbox" aria-label="What there is" className={styles.offers}>
        {offers.map((offer, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the field, which marks and takes one.
          // biome-ignore lint/a11y/useFocusableInteractive: as the pattern has it, the mark moves, not the focus.
          <div
            key={offer.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={styles.offer}
            onClick={() => take(offer)}
            onMouseMove={() => setAt(index)}
          >
            <span>{offer.says}</span>
            <span className={styles.kind}>{offer.kind}</span>
          </div>
        ))}
      </div>
      <p role="status" className={styles.none}>
        {offers.length === 0 ? 'Nothing here is called that.' : ''}
      </p>
    </dialog>
  )
}
