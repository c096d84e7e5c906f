/** The screens that somebody may see, in the order of the work that they are for, and who it is that sees them. */
import { act, h } from './dom.mjs';
import { unverified } from './screens/login.mjs';
import { mayLeave } from './unsaved.mjs';

export function menu({ api, viewer, screens, place, entered }) {
  const here = place.split('/')[0];
  const items = screens.filter(([, title]) => title);
  const groups = [...new Set(items.map(([, , , , group]) => group))];
  const link = ([pattern, title]) =>
    h('a', { href: `#/${pattern}`, 'aria-current': pattern === here ? 'page' : null }, title);
  const of = (group) => items.filter(([, , , , name]) => name === group).map(link);
  const list = h(
    'div',
    { class: 'screens', id: 'screens' },
    groups.map((group) =>
      group
        ? h(
            'div',
            { role: 'group', 'aria-label': group },
            h('small', { 'aria-hidden': 'true' }, group),
            of(group),
          )
        : of(group),
    ),
    who({ api, viewer, entered }),
  );
  // On a narrow screen the list is opened by its button.
  const open = h(
    'button',
    { type: 'button', class: 'open', 'aria-controls': 'screens', 'aria-expanded': 'false' },
    'Menu',
  );
  open.addEventListener('click', () =>
    open.setAttribute('aria-expanded', String(list.classList.toggle('shown'))),
  );
  return h(
    'nav',
    { 'aria-label': 'Screens' },
    h('a', { class: 'brand', href: '#/' }, 'Flywheel'),
    open,
    list,
  );
}

function who({ api, viewer, entered }) {
  const signOut = async () => {
    if (!mayLeave()) return;
    // Whoever signs out of a session that has ended already is out, too.
    await api.act('SessionRevoke', {}).catch(() => undefined);
    api.close();
    location.hash = '#/';
    await entered();
  };
  return h(
    'div',
    { class: 'who' },
    h('span', null, viewer.staff?.email ?? viewer.member?.email),
    h(
      'small',
      null,
      viewer.staff ? `staff, ${viewer.staff.role.toLowerCase()}` : (viewer.customer?.name ?? ''),
    ),
    unverified(api, viewer.member),
    act('Your login', () => void (location.hash = '#/login')),
    act('Sign out', signOut),
  );
}
