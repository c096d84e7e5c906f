/** What a piece of feedback says, in a line. */
import { words } from '../format.mjs';
import { rowSaid } from './case-words.mjs';

const MOST = 140;

/** Words where there are any, or the score on the scale of its kind. */
export function saying({ kind, text, score, correction }) {
  if (text) return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  if ((correction ?? null) !== null) return `Right would have been ${corrected(correction)}`;
  if (kind === 'THUMBS') return score > 0 ? 'Thumbs up' : 'Thumbs down';
  return score === null ? 'Withdrawn' : `${words(kind)} ${score}`;
}

const corrected = (correction) =>
  typeof correction === 'object' ? rowSaid(correction) : JSON.stringify(correction);
