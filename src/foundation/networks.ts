/** Networks, as a setting names them. */
import { isIP } from 'node:net'
import type { Setting } from './setting.ts'

const FORM = 'addresses or networks separated by commas, such as 10.0.0.5,192.168.7.0/24'

export const networks: Pick<Setting<readonly string[]>, 'form' | 'parse'> = {
  form: FORM,
  parse(given) {
    const all = given.split(',').map((one) => one.trim())
    if (!all.every(isNetwork)) throw new Error(`must be ${FORM}`)
    return all
  },
}

function isNetwork(given: string): boolean {
  const [address = '', bits, more] = given.split('/')
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (most === 0 || more !== undefined) return false
  // All addresses at once are no proxy: whoever asks could then claim any address.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most)
}
