/**
 * The survey of product–market fit as Sean Ellis asks it ("The Startup Pyramid", 2009): one question, of whose answers the share of
 * "very disappointed" is looked at. Asked in other words, it could not be compared with what others found.
 */
export const SURVEY_QUESTION = 'How would you feel if you could no longer use this product?';

/** Nobody is asked again sooner, and an answer is the person's one answer for as long. */
export const SURVEY_DAYS = 90;

export const SURVEY_MS = SURVEY_DAYS * 86_400_000;
