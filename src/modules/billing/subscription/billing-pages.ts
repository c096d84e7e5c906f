/** The plain pages on which people land after Stripe. They look at Stripe themselves, so a late webhook changes nothing. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { format } from '../../../kernel/money';
import type { PlanService } from '../plan/plan.service';
import type { CreditCheckoutService } from '../purchase/credit-checkout.service';
import { isPassing } from '../stripe/stripe-failure';
import type { PlanSubscription } from './plan-subscription.entity';
import type { SubscriptionService } from './subscription.service';

interface Landing {
  readonly Querystring: { readonly [name in 'session_id' | 'customer' | 'proof']?: string | string[] };
}

export function billingPages(
  subscriptions: SubscriptionService,
  plans: PlanService,
  credits: CreditCheckoutService,
  accountUrl = '/console',
) {
  const page = pagesLeadingTo(accountUrl);
  const show = async (reply: FastifyReply, subscription: PlanSubscription | null): Promise<FastifyReply> => {
    if (!subscription)
      return page(reply.code(404), 'Not found', 'We know nothing of this visit. Check the address.');
    const plan = await plans.byIdOf(subscription.planId);
    const paid = subscription.stripeSubscriptionId !== null;
    const words = paid
      ? `Your account is on the plan ${plan.name}. You can close this page.`
      : 'No payment has reached us yet. If you have paid, reload this page in a moment.';
    return page(reply, paid ? 'Thank you' : 'Not yet', words);
  };
  return (http: FastifyInstance): void => {
    /** Who has just paid is not told that something failed because Stripe is silent for a moment. */
    const landing = (
      path: string,
      answer: (query: Landing['Querystring'], reply: FastifyReply) => Promise<FastifyReply>,
    ): void =>
      void http.get<Landing>(path, async ({ query }, reply) => {
        try {
          return await answer(query, reply);
        } catch (error) {
          if (!isPassing(error)) throw error;
          const words =
            'Stripe does not answer at the moment. What you have paid is not lost: it counts as soon as Stripe tells us. Reload this page in a moment.';
          return page(reply.code(503), 'Not yet', words);
        }
      });
    landing('/billing/success', async (query, reply) => {
      const sessionId = once(query.session_id);
      return show(reply, sessionId ? await subscriptions.returnedFromCheckout(sessionId) : null);
    });
    landing('/billing/return', async (query, reply) => {
      const [customer, proof] = [once(query.customer), once(query.proof)];
      return show(reply, customer && proof ? await subscriptions.returnedFromPortal(customer, proof) : null);
    });
    landing('/billing/credits', async (query, reply) => {
      const sessionId = once(query.session_id);
      const bought = sessionId ? await credits.returned(sessionId) : null;
      if (!bought)
        return page(reply.code(404), 'Not found', 'We know nothing of this visit. Check the address.');
      return bought.grant
        ? page(reply, 'Thank you', `${format(bought.grant)} of credits are yours. You can close this page.`)
        : page(
            reply,
            'Not yet',
            'No payment has reached us yet. If you have paid, reload this page in a moment; if the checkout is out of time, ask for a new one.',
          );
    });
    http.get('/billing/cancel', (_request, reply) =>
      page(
        reply,
        'Nothing was bought',
        'You left the checkout. Your plan is as it was; you can close this page.',
      ),
    );
  };
}

/** A value that is said twice is nobody's: no page of Stripe or of ours says one so. */
function once(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const STYLE = `:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --paper: #f4f6f9; --card: #fff; --line: #d9dfe7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a3aebd; --paper: #12161d; --card: #1b212b; --line: #323b49; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 system-ui, sans-serif; }
main { max-width: 27rem; margin: 1rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; }
p { margin: 0; color: var(--soft); }
a { color: inherit; }
p + p { margin-top: 1rem; }`;

/** Only words of our own go in, and where the operator says that accounts are: nothing that a visitor sent. */
function pagesLeadingTo(accountUrl: string) {
  const href = accountUrl.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return (reply: FastifyReply, title: string, words: string): FastifyReply =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-store')
      .send(
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Flywheel</title><style>${STYLE}</style></head><body><main><h1>${title}</h1><p>${words}</p><p><a href="${href}">To your account</a></p></main></body></html>`,
      );
}
