/** What has to leave OmniCare: the outbox, and the channels by which it goes. */
export { notificationFaults } from './faults.ts'
export { contentOf, type MailSettings, openMail } from './mail.ts'
export { type Outbox, openOutbox } from './outbox.ts'
export { type Channel, deliverDue, startSending } from './sending.ts'
export { NOTICE_STATES, type NoticeState, type NoticeStatus, type OutboxWaiting } from './terms.ts'
