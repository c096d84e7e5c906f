/** Days, numbers of things and names, as a reader of a report says them. */
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

export function dayOf(instant: string): string {
  return DAY.format(new Date(instant));
}

export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** `THUMBS` → `Thumbs`, and `NPS` stays what it is. */
export function kindOf(kind: string): string {
  return kind.length <= 4 ? kind : words(kind);
}

/** `EQUAL_OPPORTUNITY_DIFFERENCE` → `Equal opportunity difference`. */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]/g, ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
