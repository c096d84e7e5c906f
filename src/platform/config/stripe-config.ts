/** Who charges: Stripe, or the sandbox that stands in for it where nobody is to be charged. */
import { z } from 'zod';
import { ConfigError } from './config-error';
import { flag } from './flag';

export const stripeVariables = {
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[sr]k_/, 'must begin with sk_, or with rk_ for a restricted key')
    .optional()
    .describe('Talk to Stripe, by a secret or a restricted key; default: the sandbox.'),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .startsWith('whsec_')
    .optional()
    .describe('Secret of the webhook endpoint at Stripe; needed with STRIPE_SECRET_KEY.'),
  STRIPE_TAX: flag
    .default(false)
    .describe('Whether Stripe Tax works out taxes; the account needs a head office and registrations.'),
  FLYWHEEL_STRIPE_SANDBOX: z
    .enum(['development', 'always'])
    .default('development')
    .describe('Whether the sandbox may stand in for Stripe in production too, as a staging needs it.'),
};

type StripeValues = z.infer<z.ZodObject<typeof stripeVariables>> & {
  readonly FLYWHEEL_MODE: 'development' | 'production';
};

export type StripeConfig =
  | { readonly kind: 'SANDBOX' }
  | { readonly kind: 'STRIPE'; readonly secretKey: string; readonly webhookSecret: string };

/** @throws ConfigError that names what is missing. */
export function stripeConfig({
  STRIPE_SECRET_KEY: secretKey,
  STRIPE_WEBHOOK_SECRET: webhookSecret,
  FLYWHEEL_MODE: mode,
  FLYWHEEL_STRIPE_SANDBOX: sandbox,
}: StripeValues): StripeConfig {
  if (!secretKey) {
    if (mode === 'production' && sandbox !== 'always')
      throw new ConfigError(
        'In production nobody would be charged: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, or FLYWHEEL_STRIPE_SANDBOX=always for a staging.',
      );
    return { kind: 'SANDBOX' };
  }
  if (!webhookSecret)
    throw new ConfigError('STRIPE_SECRET_KEY is set, so STRIPE_WEBHOOK_SECRET must be set too.');
  return { kind: 'STRIPE', secretKey, webhookSecret };
}
