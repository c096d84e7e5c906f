/** What people write by hand as JSON. */

/** @throws Error in words for whoever wrote it. */
export function parsed(text, what = 'This is') {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} no JSON: ${error.message}`, { cause: error });
  }
}
