/** A text that a model writes, word by word as it comes, with what it took; who has read enough stops it. */
import { field, h, panel } from '../dom.mjs';
import { number, seconds } from '../format.mjs';
import { costOf, judging } from './answer.mjs';

/** What the service goes on writing after its reader has left. */
const GRACE = 'within 10 seconds';
const ENDS = {
  LENGTH: 'It has as many tokens as were allowed.',
  STOP: 'The model ended it.',
};

export const writingFields = () => [
  h(
    'label',
    { class: 'broad' },
    h('span', null, 'Text to continue'),
    h('textarea', {
      name: 'prompt',
      class: 'prose',
      required: true,
      maxlength: 100_000,
      value: 'In the beginning ',
    }),
  ),
  h(
    'div',
    { class: 'fields' },
    field('Tokens to write at most', {
      name: 'maxTokens',
      type: 'number',
      required: true,
      min: 1,
      max: 2048,
      value: 128,
    }),
    field('Temperature, 0 to 2: how surprising', {
      name: 'temperature',
      type: 'number',
      required: true,
      min: 0,
      max: 2,
      step: 'any',
      value: 0.8,
    }),
    field('Seed: the same one writes the same', {
      name: 'seed',
      type: 'number',
      step: 1,
      placeholder: 'any',
    }),
  ),
];

/** @throws Refusal when it is refused or breaks off; what came until then stays. */
export async function continued({ api, values, answer }) {
  const { deployment, prompt, maxTokens, temperature, seed } = values;
  const leaving = new AbortController();
  const text = h('span');
  const told = h('div', { role: 'status' }, h('p', { class: 'soft' }, 'It writes…'));
  const stop = h('button', { type: 'button', click: () => leaving.abort() }, 'Stop');
  // Heard when it is whole, and not piece by piece.
  const page = h('pre', { class: 'prose', 'aria-live': 'off' }, h('span', { class: 'soft' }, prompt), text);
  answer.replaceChildren(panel('Answer', page, h('p', null, stop), told));
  const input = {
    deployment,
    prompt,
    maxTokens: Number(maxTokens),
    temperature: Number(temperature),
    ...(seed && { seed: Number(seed) }),
  };
  try {
    for await (const { generation } of api.listen('Generation', { input }, leaving.signal)) {
      text.append(generation.text);
      if (generation.finishReason) told.replaceChildren(...ended(api, generation));
    }
  } catch (error) {
    told.replaceChildren();
    if (!leaving.signal.aborted) throw error;
    told.append(
      h('p', { class: 'soft' }, `You stopped it. The service stops ${GRACE}, and bills what it wrote.`),
    );
  } finally {
    stop.remove();
  }
}

function ended(api, { finishReason, usage, inference, feedbackToken }) {
  const { promptTokens, completionTokens } = usage;
  return [
    h('p', { class: 'soft' }, [
      `${number(promptTokens)} tokens read, ${number(completionTokens)} written in ${seconds(inference.totalMs)}, `,
      `${costOf(inference)}. ${ENDS[finishReason] ?? ''} ${inference.disclosure.statement}`,
    ]),
    judging(api, feedbackToken, ['It is good', 'It is bad']),
  ];
}
