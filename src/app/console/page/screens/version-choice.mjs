/** A version of a model, chosen by name: the model first, then any of its versions, however many. */
import { everyPage, field, h } from '../dom.mjs';
import { day } from '../format.mjs';

/**
 * @param fields the labels of both.
 * @param model the select of the model.
 * @param name of the select of the version.
 * @param first what is said before the versions of a model, by its id: an option that chooses none of them.
 */
export async function versionChoice(api, { fields: [modelLabel, versionLabel], model, name, first }) {
  const versions = h('select', { name });
  const refused = h('div');
  const ofModel = async () => {
    const id = model.value;
    const none = first(id).map((label) => h('option', { value: '' }, label));
    refused.replaceChildren();
    versions.replaceChildren(...none);
    if (!id) return;
    try {
      const found = await everyPage(
        async (after) => (await api.ask('ModelChoices', { id, after })).node.versions,
      );
      // What was chosen meanwhile is another question.
      if (model.value !== id) return;
      versions.replaceChildren(
        ...none,
        ...found.map((one) => h('option', { value: one.id }, `${one.number}, of ${day(one.createdAt)}`)),
      );
    } catch (error) {
      if (model.value === id)
        refused.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, error.message));
    }
  };
  model.addEventListener('change', () => void ofModel());
  await ofModel();
  return [field(modelLabel, null, model), field(versionLabel, null, versions), refused];
}
