import { escapeHtml } from '../lib/html.ts';

/** The last page of a sign-in in the browser. It loads nothing else. */
export function resultPage(success: boolean, text: string): string {
  const title = success ? 'You are signed in' : 'The sign-in did not work';
  const [mark, colour] = success ? ['✓', '#1a7f37'] : ['✕', '#b3261e'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>awsp: ${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { max-width: 28rem; margin: 1.5rem; text-align: center; text-wrap: balance; overflow-wrap: anywhere; }
.mark { width: 4rem; height: 4rem; margin: 0 auto; border-radius: 50%; background: ${colour}; color: #fff; font-size: 2.25rem; line-height: 4rem; }
h1 { font-size: 1.5rem; margin: 1rem 0 0.5rem; }
p { margin: 0; opacity: 0.85; }
</style>
</head>
<body>
<main>
<div class="mark" aria-hidden="true">${mark}</div>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</main>
</body>
</html>
`;
}
