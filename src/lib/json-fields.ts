/** Answers the text that a JSON object has under a name; undefined where there is none, whatever the file holds. */
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
