/** Whether somebody is at the page: what it asks by itself must not keep the session of whoever has gone away open. */
const AWAY_AFTER_MS = 60_000

let touched = Date.now()
for (const event of ['pointerdown', 'keydown', 'wheel'])
  window.addEventListener(
    event,
    () => {
      touched = Date.now()
    },
    { capture: true, passive: true },
  )

export const isAway = (): boolean => Date.now() - touched > AWAY_AFTER_MS
