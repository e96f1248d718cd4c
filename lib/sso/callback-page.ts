import { createHash } from 'node:crypto';

/** What the person's browser is told at the end. */
export type PageKind = 'success' | 'denied' | 'failed' | 'not-found';

/** What stands on each page. */
export const pageTexts: Readonly<
  Record<PageKind, { readonly title: string; readonly mark: string; readonly text: string }>
> = {
  success: {
    title: 'You are signed in',
    mark: '✓',
    text: 'cdkx has what it needs and goes on by itself. You can close this tab and return to the terminal.',
  },
  denied: {
    title: 'The sign-in was denied',
    mark: '×',
    text: 'cdkx was given no access. You can close this tab; the terminal says how to try again.',
  },
  failed: {
    title: 'The sign-in did not succeed',
    mark: '!',
    text: 'The approval arrived, but cdkx could not finish. You can close this tab; the terminal says why.',
  },
  'not-found': { title: 'Nothing is here', mark: '?', text: 'This address belongs to a sign-in of cdkx.' },
};

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}main{max-width:26rem;padding:2rem;text-align:center}.mark{font-size:2.5rem;line-height:4.5rem;width:4.5rem;margin:0 auto 1rem;border-radius:50%;color:#fff;background:#5f6b7a}.success .mark{background:#1d8102}.denied .mark,.failed .mark{background:#c33212}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0;opacity:.8}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of every answer: nothing is stored, framed, guessed or loaded, and the address with the code is passed on to nobody. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  Connection: 'close',
};

/** A small page of fixed text: nothing of the request is ever in it. */
export function page(kind: PageKind): string {
  const { title, mark, text } = pageTexts[kind];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · cdkx</title>
<style>${style}</style>
</head>
<body>
<main class="${kind}">
<div class="mark" aria-hidden="true">${mark}</div>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
}
