/** The mail about a threshold, to those who answer for the customer's money. */
import { format, money, roundToMinor } from '../../../kernel/money';
import type { JobDefinition } from '../../../platform/jobs';
import type { Mail } from '../../../platform/mail';
import type { UsageAlertedData } from '../billing.events';
import { OveragePolicy } from '../plan/entitlement-terms';
import { AlertSubject } from './usage-threshold';

export interface AlertMailPayload {
  readonly customerId: string;
  readonly alerts: readonly UsageAlertedData[];
  /** What the limit of requests does. */
  readonly overage: OveragePolicy;
}

export interface AlertMail {
  readonly job: JobDefinition<AlertMailPayload>;
}

export function alertMail(mail: Mail, contactsOf: (customerId: string) => Promise<string[]>): AlertMail {
  return {
    job: {
      kind: 'billing.mail-usage-alert',
      run: async ({ customerId, alerts, overage }, { jobId }) => {
        const contacts = await contactsOf(customerId);
        for (const alert of alerts)
          for (const to of contacts)
            await mail.send({
              about: `usage alert ${alert.subject} ${jobId}`,
              to,
              subject: subjectOf(alert),
              text: textOf(alert, overage),
            });
      },
    },
  };
}

function subjectOf({ percent, subject }: UsageAlertedData): string {
  return subject === AlertSubject.SPEND
    ? `${percent} % of your spend cap is reached`
    : `${percent} % of your plan's requests are used`;
}

function textOf(alert: UsageAlertedData, overage: OveragePolicy): string {
  const { subject, used, limit, periodStart, currency } = alert;
  const amount = (decimal: string): string =>
    currency === null ? `${decimal} requests` : format(money(roundToMinor(decimal), currency));
  return `${subjectOf(alert)} in the billing period that began at ${periodStart}: ${amount(used)} of ${amount(limit)}.\n\n${nextOf(subject, overage)}`;
}

function nextOf(subject: UsageAlertedData['subject'], overage: OveragePolicy): string {
  if (subject === AlertSubject.SPEND)
    return 'Raise or lift the cap with spendCapSet, or wait for the next billing period.';
  return overage === OveragePolicy.CHARGE
    ? 'Requests go on beyond it, each at the price of your plan. How much that may come to you can cap with spendCapSet.'
    : 'A higher plan lifts the limit at once: subscriptionChange, or subscriptionCheckoutCreate from FREE.';
}
