/**
 * Returns a reader of the string fields of a JSON object: undefined for any other value, also when the text is not
 * JSON.
 */
export function readFields(json: string): (name: string) => string | undefined {
  const object = parse(json);
  return (name) => {
    const value: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
}

// --- internal ---

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
