/**
 * Returns a reader of the string fields of a JSON object, or of the object that is its field `inner`: undefined for any
 * other value, also when the text is not JSON.
 */
export function readFields(json: string, inner?: string): (name: string) => string | undefined {
  const whole = parse(json);
  const object = inner === undefined ? whole : fieldOf(whole, inner);
  return (name) => {
    const value = fieldOf(object, name);
    return typeof value === 'string' ? value : undefined;
  };
}

// --- internal ---

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
