/** Long work, watched: by asking again while it goes on and while somebody looks. */
import { bar, h } from './dom.mjs';
import { share } from './format.mjs';

/** So often it is asked for, in milliseconds. */
const POLL_MS = 700;
const GOES_ON = ['QUEUED', 'RUNNING'];

export const goesOn = ({ status }) => GOES_ON.includes(status);

export const MOODS = {
  SUCCEEDED: 'good',
  FAILED: 'bad',
  CANCELLED: 'bad',
  RUNNING: 'warn',
  QUEUED: 'warn',
  PAUSED: 'warn',
};

/** How far a job is, and what it does at the moment. */
export const progress = ({ status, progress: done, note }) =>
  h(
    'div',
    { role: 'status' },
    h('p', { class: 'soft' }, status === 'QUEUED' ? 'waits for a worker' : `${share(done)} ${note ?? ''}`),
    bar(done, 'Progress'),
  );

/**
 * Draws a job in its place until it ends. Answers what it made, or null when the page was left meanwhile: then there is
 * nobody to lead anywhere. @throws Error with what the job says when it fails.
 */
export async function followed(api, id, place) {
  for (;;) {
    const { node: job } = await api.ask('Job', { id });
    place.replaceChildren(goesOn(job) ? progress(job) : '');
    if (job.status === 'FAILED') throw new Error(job.error?.message ?? 'The job failed.');
    if (job.status === 'CANCELLED') throw new Error('The job was cancelled.');
    if (!goesOn(job)) return job.result ?? {};
    await pause();
    if (!place.isConnected) return null;
  }
}

/** What is asked for and drawn, and again for as long as it goes on and the page is looked at. */
export async function watched({ ask, draw, isLive }) {
  const place = h('div');
  const step = async () => {
    const found = await ask();
    place.replaceChildren(h('div', null, draw(found)));
    return isLive(found);
  };
  const follow = async () => {
    for (;;) {
      await pause();
      if (!place.isConnected || !(await step())) return;
    }
  };
  if (await step())
    follow().catch((error) => place.append(h('p', { class: 'refusal', role: 'alert' }, error.message)));
  return place;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
