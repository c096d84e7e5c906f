/**
 * Forms that somebody has begun to fill in and not sent: whoever leaves them is asked first, whether by a link, a step back, or by closing
 * the tab. A form that was sent, or only asks something, is left without a word.
 */
const begun = new WeakSet();
/** The number of the entry in the history of this tab that is shown. */
let here;
let isReturning = false;

export const begin = (form) => void begun.add(form);
export const finish = (form) => void begun.delete(form);
export const isBegun = (form) => begun.has(form);

/** What was drawn anew is gone, and so is what was written in it. */
const unsaved = () => [...document.querySelectorAll('form')].filter(isBegun);

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
