// In place of node:https in the bundle: the same, but loaded when it is used. Node takes a quarter of its own start for it and for
// TLS, and the emulator speaks http.
const load = () => process.getBuiltinModule('node:https');

export const request = (...args) => load().request(...args);
/** `new` returns an agent of Node's. */
export function Agent(options) {
  return new (load().Agent)(options);
}
export default { request, Agent };
