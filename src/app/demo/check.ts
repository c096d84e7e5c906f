/** Every step of the demo is checked: a story that went wrong is not told to its end. */
export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}

export function check(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new StoryFailed(`The demo expected that ${sentence}.`);
}
