/** Whom somebody without a login asks: about personal data (GDPR Art. 13(1)), and about a hole in the service (RFC 9116). */
import { z } from 'zod';

const contact = z
  .string()
  .regex(
    /^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s/]\S*)$/,
    'must be like mailto:privacy@example.com or https://example.com/contact',
  );

export const contactVariables = {
  FLYWHEEL_PRIVACY_CONTACT: contact
    .optional()
    .describe(
      'Where people ask about their data, the data protection officer as a rule; `contacts` tells everyone; default: nowhere.',
    ),
  FLYWHEEL_SECURITY_CONTACT: contact
    .optional()
    .describe('Where a hole is told of: /.well-known/security.txt and `contacts` say it; default: nowhere.'),
};
