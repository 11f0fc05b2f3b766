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

/** The fields of a JSON object; null for any other text. */
export function readObject(json: string): Readonly<Record<string, unknown>> | null {
  return asObject(parse(json));
}

/** The fields of an object; null for any other value. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? { ...value } : null;
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
