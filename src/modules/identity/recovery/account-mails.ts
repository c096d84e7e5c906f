/** What people are written about their own login: links that only the owner of an address gets, and word of what was changed. */
import { prefixOf } from '../../../kernel/id';
import type { MailMessage } from '../../../platform/mail';

type Letter = Pick<MailMessage, 'subject' | 'text'>;

type Page = 'reset' | 'verify' | 'invitation' | '';

/**
 * Pages of the console, or of the front end that members have in its place. What follows the # is sent to no server, and stands
 * in nobody's log.
 */
export class AccountLinks {
  constructor(
    private readonly publicUrl: () => string,
    private readonly accountUrl: string | undefined,
  ) {}

  /** For a member or staff, by the id of the login. */
  to(loginId: string, page: Page, token = ''): string {
    const console = `${this.publicUrl()}/console`;
    const front = prefixOf(loginId) === 'stf' ? console : (this.accountUrl ?? console);
    return `${front}#/${[page, token].filter(Boolean).join('/')}`;
  }
}

export function resetLetter(link: string, askedAt: string): Letter {
  return {
    subject: 'A new password for Flywheel',
    text: `At ${askedAt} somebody asked for a new password for this address. Whoever it was, only this mail has the link to choose one. It works once, within an hour:\n\n${link}\n\nIf it was not you, do nothing: your password stays as it is.`,
  };
}

export function passwordChangedLetter(link: string, at: string): Letter {
  return {
    subject: 'Your password was changed',
    text: `At ${at} the password of your login at Flywheel was changed, and every session but the one that changed it was ended.\n\nIf it was not you, choose a new one at once, with "Forgot your password?":\n\n${link}`,
  };
}

export function verificationLetter(link: string, days: number): Letter {
  return {
    subject: 'Is this your address?',
    text: `Somebody gave this address for a login at Flywheel. If it was you, say so within ${days} days with this link:\n\n${link}\n\nIf it was not you, do nothing.`,
  };
}

export function changeAskedLetter(link: string, at: string): Letter {
  return {
    subject: 'Your login is to get another address',
    text: `At ${at} somebody who is signed in as you, and knows your password, asked that your login at Flywheel get another e-mail address. It changes once a link that was sent there is followed.\n\nIf it was not you, choose a new password at once, with "Forgot your password?"; that stops it:\n\n${link}`,
  };
}

export function addressChangedLetter(at: string): Letter {
  return {
    subject: 'Your login has another address',
    text: `Since ${at} your login at Flywheel has another e-mail address, and mail goes there. This one opens nothing any more.\n\nIf it was not you, write to those who run the service, from this address.`,
  };
}

export function invitationLetter(link: string, until: string): Letter {
  return {
    subject: 'You are invited to Flywheel',
    text: `Accept by choosing a password, until ${until}:\n\n${link}`,
  };
}
