import { faults } from '#foundation/fault.ts'

export const notificationFaults = faults('notifications', {
  'no-sender': {
    kind: 'invalid',
    says: 'OMNICARE_SMTP_URL says where mail is handed over, but nothing says from whom it comes.',
    remedy: 'Set OMNICARE_MAIL_FROM, as in OmniCare <omnicare@example.org>.',
  },
  'no-address': {
    kind: 'invalid',
    says: 'OMNICARE_SMTP_URL is set, but nothing says by which address people come to operations: links would lead to localhost.',
    remedy: 'Set OMNICARE_OPERATIONS_PUBLIC_URL, as in https://operations.example.org.',
  },
  unreadable: {
    kind: 'invalid',
    says: (d: { setting: string }) => `The file that ${d.setting} names can't be read.`,
    remedy: 'Correct the path, or who may read it.',
  },
})
