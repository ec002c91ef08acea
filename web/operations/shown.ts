import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Goes to the place that the address names once it is on the page: what is asked for comes after the page does. */
export function useShown(isThere: boolean): void {
  const { hash } = useLocation()
  useEffect(() => {
    const place = hash === '' || !isThere ? null : document.getElementById(hash)
    if (place === null) return
    place.scrollIntoView({ block: 'center' })
    if (place instanceof HTMLDetailsElement) place.open = true
  }, [hash, isThere])
}
