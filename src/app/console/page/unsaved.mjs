/**
 * Forms that somebody has begun to fill in and not sent: whoever leaves them is asked first, whether by a link, a step back, or by closing
 * the tab. A form that was sent, or only asks something, is left without a word. What is half written when another act draws the page
 * anew is written there again.
 */
const begun = new WeakSet();
/** The fields that somebody changed, by form: the others show what is so, which may be something else by now. */
const touched = new WeakMap();
/** The number of the entry in the history of this tab that is shown. */
let here;
let isReturning = false;

export function begin(form, field) {
  begun.add(form);
  if (!touched.has(form)) touched.set(form, new Set());
  if (field?.name) touched.get(form).add(field);
}
export const finish = (form) => void begun.delete(form);
export const isBegun = (form) => begun.has(form);

/** What was drawn anew is gone, and so is what was written in it. */
const unsaved = () => [...document.querySelectorAll('form')].filter(isBegun);

/** By what they do, and in a list to which row; of those that cannot be told apart, none. */
function formsByKey() {
  const forms = new Map();
  for (const form of document.querySelectorAll('form[data-action]')) {
    const row = form.closest('tr, [data-row]');
    if (row && !row.dataset.row) continue;
    const key = `${form.dataset.action} ${row?.dataset.row ?? ''}`;
    forms.set(key, forms.has(key) ? null : form);
  }
  return forms;
}

/** What is half written on this page, for `writeAgain`. */
export function written() {
  return [...formsByKey()].flatMap(([key, form]) =>
    form && isBegun(form)
      ? [{ key, fields: [...touched.get(form)].filter(({ isConnected }) => isConnected) }]
      : [],
  );
}

/** Puts it into the forms of the page as it is now, as if it were typed. Rows of lists and files are not put back. */
export function writeAgain(drafts) {
  const forms = formsByKey();
  for (const { key, fields } of drafts) {
    const form = forms.get(key);
    if (!form) continue;
    for (const { name, type, value, checked } of fields) {
      const isTick = ['checkbox', 'radio'].includes(type);
      const same = [...form.querySelectorAll('[name]')].filter(
        (one) => one.name === name && one.type === type && (!isTick || one.value === value),
      );
      if (same.length !== 1 || type === 'file') continue;
      Object.assign(same[0], isTick ? { checked } : { value });
      for (const event of ['input', 'change']) same[0].dispatchEvent(new Event(event, { bubbles: true }));
    }
    for (let at = form.closest('details'); at; at = at.parentElement.closest('details')) at.open = true;
  }
}

/** Asks where something would be lost; whoever leaves it is not asked again. */
export function mayLeave() {
  const forms = unsaved();
  if (forms.length === 0) return true;
  if (!confirm('What you have written here is not saved. Leave the page without it?')) return false;
  forms.forEach(finish);
  return true;
}

export function watchLeaving() {
  number();
  addEventListener('beforeunload', (event) => {
    if (unsaved().length > 0) event.preventDefault();
  });
}

/**
 * Whether the page that the address names now is to be shown. The address has changed already where somebody rather stays: the step is
 * taken back the way it came, so that no entry of the history is lost or doubled.
 */
export function mayGoOn() {
  if (isReturning) {
    isReturning = false;
    return false;
  }
  if (mayLeave()) {
    number();
    return true;
  }
  isReturning = true;
  history.go(here - (history.state?.at ?? here + 1));
  return false;
}

function number() {
  here = history.state?.at ?? (here === undefined ? 0 : here + 1);
  history.replaceState({ ...history.state, at: here }, '');
}
