/** What goes wrong with consent and requests of data subjects, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import type { ConsentPurpose } from './consent-purpose';

export function consentRequired(purpose: ConsentPurpose): AppError {
  return new AppError(
    'CONSENT_REQUIRED',
    `The person has not agreed to ${purpose}. Ask them, and record the answer with consentRecord.`,
    undefined,
    { purpose },
  );
}

export function noConsentNeeded(): AppError {
  return invalidInput(
    ['input', 'purpose'],
    'SERVICE rests on the contract: it needs no consent and cannot be withdrawn. Name another purpose.',
    'needsConsent',
  );
}

/** A browser that says no for the person is not overruled by one click in a page. */
export function globalPrivacyControlSaysNo(purpose: ConsentPurpose): AppError {
  return invalidInput(
    ['input', 'granted'],
    `The browser sends Global Privacy Control, which says no to ${purpose}. The person can allow this site there and try again.`,
    'globalPrivacyControl',
  );
}

export function unknownText(): AppError {
  return invalidInput(
    ['input', 'textVersion'],
    'There is no text of this purpose, language and version. consentTexts lists the present ones.',
    'textVersion',
  );
}

export function anotherTextIsThere(version: number, id?: string): AppError {
  return conflict(
    version === 0
      ? 'There is no text of this purpose and language yet: expectedVersion is 0.'
      : `Version ${version} is there. Read it, and send it as expectedVersion if yours is to follow it.`,
    ['input', 'expectedVersion'],
    id,
  );
}

export function noLanguage(): AppError {
  return invalidInput(
    ['input', 'language'],
    'A language is a tag as in BCP 47, for example en or pt-BR.',
    'language',
  );
}

export function sameTextAsBefore(version: number): AppError {
  return invalidInput(
    ['input', 'body'],
    `Version ${version} says just this. A new version has other words.`,
    'changed',
  );
}

export function nameThePerson(): AppError {
  return invalidInput(
    ['input', 'endUserId'],
    'Say whom it concerns: either endUserId or endUserExternalId.',
    'exactlyOne',
  );
}

export function methodIsNotYours(): AppError {
  return invalidInput(
    ['input', 'method'],
    'SELF_SERVICE, GLOBAL_PRIVACY_CONTROL, DATA_REQUEST and REGISTER are noted by us, when the person’s own token, browser or request said it. Name how you collected it.',
    'method',
  );
}

/** Answered with the open one, what they say now would be lost. */
export function correctsSomethingElse(id: string): AppError {
  return conflict(
    'A correction is asked for already, of something else, and what you say now was not noted. Ask again once that one is closed.',
    ['input', 'details'],
    id,
  );
}

export function notedByUs(): AppError {
  return invalidInput(
    ['input', 'method'],
    'LOGIN and CONTROLLER are noted by us, by how the request came. Name how you made sure who asks.',
    'method',
  );
}

export function alreadyClosed(id: string): AppError {
  return conflict(
    'This request is closed: what came of it is in its outcome and answer.',
    ['input', 'id'],
    id,
  );
}

export function extendedAlready(id: string): AppError {
  return conflict('This request was extended already, which can be done once.', ['input', 'id'], id);
}

export function tooLateToExtend(id: string): AppError {
  return conflict(
    'Its deadline has passed: a request is extended, and the person told, before that (GDPR Art. 12(3)). Answer it.',
    ['input', 'id'],
    id,
  );
}

export function isUnderWay(id: string): AppError {
  return conflict('This request is being carried out. Watch its job.', ['input', 'id'], id);
}

export function sayWhatWasCorrected(): AppError {
  return invalidInput(
    ['input', 'answer'],
    'Say what was corrected: the person is told so, and it closes the request.',
    'required',
  );
}
