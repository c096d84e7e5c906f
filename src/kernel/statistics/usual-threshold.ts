/** From which probability on a classifier of two classes says the positive one, where nobody chose another. */
export const USUAL_THRESHOLD = 0.5;
