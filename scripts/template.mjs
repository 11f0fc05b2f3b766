const placeholder = /@([A-Za-z_]+)@/g;

/**
 * Returns a template with its placeholders replaced. `@NAME@` is a placeholder; a list repeats the line for each of its items.
 *
 * @throws Error when a placeholder has no data, or data has no placeholder.
 */
export function fillTemplate(name, template, data) {
  const used = new Set();
  const dataOf = (key) => {
    if (!Object.hasOwn(data, key)) throw new Error(`${name}: there is no data for @${key}@`);
    used.add(key);
    return data[key];
  };
  const lines = template.split('\n').flatMap((line) => {
    const keys = [...line.matchAll(placeholder)].map(([, key]) => key);
    const list = keys.find((key) => Array.isArray(dataOf(key)));
    const items = list === undefined ? [''] : data[list];
    return items.map((item) => line.replaceAll(placeholder, (_text, key) => (key === list ? item : data[key])));
  });
  const unused = Object.keys(data).filter((key) => !used.has(key));
  if (unused.length > 0) throw new Error(`${name}: there is no placeholder for ${unused.join(', ')}`);
  return lines.join('\n');
}
