/** What is shown of any answer: its numbers in few lines, its price to the last digit, and thumbs for who reads it. */
import { act, h } from '../dom.mjs';
import { exactMoney } from '../format.mjs';

/** So many numbers of a list are shown; who needs all of a vector is a program. */
const SHOWN = 12;

/** As JSON to be read: a list of numbers is one line, and a long one is cut. */
export function answerText(outputs) {
  const lines = [];
  const text = JSON.stringify(outputs, (_, value) => (isNumbers(value) ? kept(lines, value) : value), 2);
  return text.replaceAll(/"numbers:(\d+)"/g, (whole, at) => lines[at] ?? whole);
}

const isNumbers = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');

function kept(lines, numbers) {
  const more = numbers.length > SHOWN ? `, … ${numbers.length} numbers` : '';
  return `numbers:${lines.push(`[${numbers.slice(0, SHOWN).join(', ')}${more}]`) - 1}`;
}

/** Prices of one answer are parts of a cent. */
export const costOf = ({ price, priceExact }) => `${exactMoney(priceExact, price)} on your plan`;

/** @param labels of a thumb up and a thumb down. */
export function judging(api, feedbackToken, [good, bad]) {
  const said = h('span', { class: 'soft', role: 'status' });
  const say = async (score) => {
    await api.act('FeedbackSubmit', { feedbackToken, kind: 'THUMBS', score });
    said.textContent = 'Thank you.';
  };
  return h(
    'p',
    null,
    act(good, () => say(1)),
    ' ',
    act(bad, () => say(0)),
    ' ',
    said,
  );
}
