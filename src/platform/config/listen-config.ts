/** Where the process listens, what it is called from outside, whom it believes there, and how it takes its leave. */
import { z } from 'zod';
import { proxies } from './trusted-proxies';
import { whole } from './whole';

const port = whole(0, 65535);
/** A host and a port alone are a URL too, whose protocol is the host. */
const url = z.url({ protocol: /^https?$/, error: 'must be a URL like https://app.example.com' });

export const listenVariables = {
  FLYWHEEL_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  FLYWHEEL_PORT: port.default(4000).describe('Port to listen on; 0 takes a free one.'),
  FLYWHEEL_PUBLIC_URL: url
    // Paths are put behind it.
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe('The URL under which browsers reach the service; default: host and port.'),
  FLYWHEEL_ACCOUNT_URL: url
    .refine((text) => !text.includes('#'), 'must have no #: what mails name stands behind it')
    .optional()
    .describe('Your own front end for members: mails and billing pages lead there; default: the console.'),
  FLYWHEEL_TRUSTED_PROXIES: proxies
    .optional()
    .describe(
      'Proxies whose X-Forwarded-For says who calls: how many, or their addresses; default: none, the caller is who connects.',
    ),
  FLYWHEEL_METRICS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'Who shows it as a bearer token may read /metrics from elsewhere; default: this machine alone.',
    ),
  FLYWHEEL_DRAIN_SECONDS: whole(0, 300)
    .default(0)
    .describe(
      'How long a stop still takes requests while /readyz says 503: longer than whoever sends them takes to hear of it.',
    ),
  FLYWHEEL_WORKER_PORT: port
    .optional()
    .describe('Port at which `work` answers /healthz, /readyz and /metrics; default: none.'),
};
