/** bytea as PostgreSQL writes it in text. */
export const fromBytea = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')
