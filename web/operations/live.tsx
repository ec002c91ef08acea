/** Listens to what changes, so that pages show it within a second or two. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { session } from '../api/session.ts'
import styles from './live.module.css'

const ADDRESS = '/api/operations/live'
const AGAIN_MS = 10_000

/** Only while the page can be seen: a browser has six connections for all its tabs. Gives whether it listens. */
function useLive(): boolean {
  const queries = useQueryClient()
  const [isLive, setLive] = useState(false)
  useEffect(() => {
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const close = () => {
      clearTimeout(timer)
      source?.close()
      source = undefined
      setLive(false)
    }
    const open = () => {
      close()
      if (document.hidden) return
      source = new EventSource(ADDRESS)
      source.addEventListener('open', () => setLive(true))
      source.addEventListener('changed', ({ data }: MessageEvent<string>) => {
        for (const name of JSON.parse(data) as string[]) queries.invalidateQueries({ queryKey: [name] })
      })
      source.addEventListener('ended', () => {
        close()
        queries.invalidateQueries({ queryKey: session.queryKey })
      })
      source.addEventListener('error', () => {
        setLive(false)
        // It comes again by itself, unless it was refused.
        if (source?.readyState !== EventSource.CLOSED) return
        queries.invalidateQueries({ queryKey: session.queryKey })
        timer = setTimeout(open, AGAIN_MS)
      })
    }
    open()
    document.addEventListener('visibilitychange', open)
    return () => {
      document.removeEventListener('visibilitychange', open)
      close()
    }
  }, [queries])
  return isLive
}

export function Live() {
  const isLive = useLive()
  return (
    <span className={styles.live} data-live={isLive} title={isLive ? LIVE : NOT_LIVE}>
      <span>{isLive ? 'Live' : 'Not live'}</span>
    </span>
  )
}

const LIVE = 'Pages show what changes as it does.'
const NOT_LIVE = 'Pages ask every 15 seconds, until operations can be listened to again.'
