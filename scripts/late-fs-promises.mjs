// In place of node:fs/promises in the bundle: the same functions, but loaded when one is called. It takes Node as long as an
// eighth of its own start.
import fs from 'node:fs';

export const readFile = (...args) => fs.promises.readFile(...args);
export default { readFile };
