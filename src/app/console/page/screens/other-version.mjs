/** One version beside another that is chosen: of data or of a model. */
import { choice, field, form, h, panel } from '../dom.mjs';
import { day } from '../format.mjs';

/** @param compare what is shown of the one that was chosen. */
export function besideAnother(title, others, compare) {
  const shown = h('div', { 'aria-live': 'polite' });
  return panel(
    title,
    form({
      action: 'Compare',
      loses: 'nothing',
      attributes: { class: 'row' },
      submit: async ({ other: id }) =>
        shown.replaceChildren(await compare(others.find((one) => one.id === id))),
      fields: field(
        'Version',
        null,
        choice(
          'other',
          others.map(({ id, number, createdAt }) => [id, `${number}, of ${day(createdAt)}`]),
        ),
      ),
    }),
    shown,
  );
}
