/** What people are written when another thing than their password opens their login. */
import type { MailMessage } from '../../../platform/mail';

type Letter = Pick<MailMessage, 'subject' | 'text'>;

const NOT_YOU = 'If it was not you, choose a new password at once, with "Forgot your password?"';

export function secondFactorSetLetter(link: string, at: string): Letter {
  return {
    subject: 'Your login asks for a second factor',
    text: `At ${at} an authenticator app was set up for your login at Flywheel: who signs in needs a code of it beside the password. Every session but the one that set it up was ended.\n\n${NOT_YOU}:\n\n${link}`,
  };
}

export function secondFactorRemovedLetter(link: string, at: string, by: 'OWN' | 'OTHERS'): Letter {
  const who = by === 'OWN' ? 'was removed' : 'was removed by somebody who administers the account';
  return {
    subject: 'Your login asks for no second factor any more',
    text: `At ${at} the second factor of your login at Flywheel ${who}: the password alone opens it.\n\n${NOT_YOU}, and set up a second factor anew:\n\n${link}`,
  };
}

export function recoveryCodesRenewedLetter(link: string, at: string): Letter {
  return {
    subject: 'You have new recovery codes',
    text: `At ${at} new recovery codes were made for your login at Flywheel. Those of before open nothing any more.\n\n${NOT_YOU}:\n\n${link}`,
  };
}

export function recoveryCodeUsedLetter(at: string, left: number): Letter {
  return {
    subject: 'A recovery code was used',
    text: `At ${at} somebody used one of the recovery codes of your login at Flywheel, and your password. ${left} of them are left.\n\n${NOT_YOU}.`,
  };
}
