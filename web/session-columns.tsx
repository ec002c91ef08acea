/** How sessions are shown, to their owners and to administrators. */
import type { Session } from '../src/identity/terms.ts'
import { When } from './ui/when.tsx'
import { FACTOR_NAMES, PLACE_NAMES } from './words.ts'

export const SESSION_COLUMNS = [
  { title: 'Where', show: ({ place }: Session) => PLACE_NAMES[place] },
  { title: 'From', show: ({ address }: Session) => address },
  { title: 'By', show: ({ factors }: Session) => factors.map((one) => FACTOR_NAMES[one]).join(', ') },
  { title: 'Last used', show: ({ seen }: Session) => <When at={seen} /> },
]
