/** Counts what was committed, of the types that the hospital's day is told by; nothing is counted that may be rolled back. */
import type { Registry } from 'prom-client'
import { counterIn, metric } from '#foundation/metric.ts'

export const RECORD_METRICS = {
  patients: metric({
    name: 'patient_records_processed_total',
    type: 'counter',
    help: 'Patient resources that were created, changed or deleted.',
    moves: 'Each such version, once it is committed: one by one, in a batch, in a transaction, by an import.',
  }),
  bookings: metric({
    name: 'appointment_bookings_total',
    type: 'counter',
    help: 'Appointments that were booked.',
    moves: 'Each Appointment that is stored with status `booked` and was not so before, once it is committed.',
  }),
}

/** A version was stored: its text, or null for a deletion; `before`: the text that it took the place of. */
export type Stored = (type: string, text: string | null, before?: string) => void

export interface Tally {
  /** For what is committed already. */
  readonly stored: Stored
  /** For one attempt at a transaction: what is told to `stored` counts once `committed` is called, or not at all. */
  begin(): { readonly stored: Stored; committed(): void }
}

export function openTally(metrics: Registry): Tally {
  const patients = counterIn(metrics, RECORD_METRICS.patients)
  const bookings = counterIn(metrics, RECORD_METRICS.bookings)
  return {
    stored(type, text, before) {
      if (type === 'Patient') patients.inc()
      else if (type === 'Appointment' && isBooking(text, before)) bookings.inc()
    },
    begin() {
      const found = { patients: 0, bookings: 0 }
      return {
        stored(type, text, before) {
          if (type === 'Patient') found.patients++
          else if (type === 'Appointment' && isBooking(text, before)) found.bookings++
        },
        committed() {
          patients.inc(found.patients)
          bookings.inc(found.bookings)
        },
      }
    },
  }
}

/** Whoever changes a comment of what is booked books nothing. */
const isBooking = (text: string | null, before: string | undefined): boolean =>
  text !== null && isBooked(text) && (before === undefined || !isBooked(before))

const isBooked = (text: string): boolean => (JSON.parse(text) as { readonly status?: unknown }).status === 'booked'
