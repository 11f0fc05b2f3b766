import { setTimeout as wait } from 'node:timers/promises';

/**
 * Opens the emulator's `/authorize`, `/v1/authorize` or `/device` page and submits its form, as a person would in a browser; returns the
 * response. `redirect` is whether to follow the redirect to the waiting program. Rejects when the page does not ask for a decision.
 */
export async function click(
  address: string,
  decision: 'allow' | 'deny',
  redirect: 'follow' | 'manual',
): Promise<Response> {
  const page = await (await fetch(address)).text();
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']): [string, string] => [unescapeHtml(name), unescapeHtml(value)],
  );
  if (fields.length === 0) throw new Error(`there is nothing to click on at ${address}:\n${page}`);
  const { origin, pathname } = new URL(address);
  const body = new URLSearchParams([...fields, ['decision', decision]]);
  return fetch(`${origin}${pathname}`, { method: 'POST', body, redirect });
}

/** Allows the access on a page after so many milliseconds, where there is no browser; ignores a page that is gone. */
export async function allow(address: string, milliseconds: number): Promise<void> {
  await wait(milliseconds, undefined, { ref: false });
  await click(address, 'allow', 'follow').catch(() => {});
}

// --- internal ---

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
