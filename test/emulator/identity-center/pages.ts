import { html, type Reply } from '../http.ts';
import type { UserOptions } from '../options.ts';

const STYLE = `
  :root { color-scheme: light dark; --accent: #4f46e5; --line: #8884; --card: #fff; --ground: #eef0f6; --text: #1b1d28; --soft: #5c6072 }
  @media (prefers-color-scheme: dark) { :root { --accent: #8b85ff; --card: #1c1e2a; --ground: #11121a; --text: #eceef8; --soft: #a3a8bd } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
    font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground) }
  main { width: 100%; max-width: 27rem; padding: 2.25rem; border-radius: 1rem; background: var(--card); box-shadow: 0 1rem 3rem #0002 }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25 }
  p { margin: .5rem 0; color: var(--soft) }
  dl { margin: 1.25rem 0; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: .7rem }
  dt { color: var(--soft); font-size: .8rem } dd { margin: 0 0 .7rem; overflow-wrap: anywhere } dd:last-child { margin: 0 }
  .code { font: 600 1.5rem/1.4 ui-monospace, monospace; letter-spacing: .12em }
  label { display: block; font-size: .85rem; color: var(--soft) }
  input, select { width: 100%; margin: .3rem 0 1.1rem; padding: .65rem .8rem; font: inherit; color: inherit;
    border: 1px solid var(--line); border-radius: .6rem; background: transparent }
  .buttons { display: flex; gap: .7rem }
  button { flex: 1; padding: .75rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
    border: 1px solid var(--line); border-radius: .6rem; background: transparent; color: inherit }
  button.primary { border-color: var(--accent); background: var(--accent); color: #fff }
  button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  footer { margin-top: 1.5rem; font-size: .8rem; color: var(--soft) }`;

/** Escapes text for HTML, attribute values included. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function page(status: number, title: string, content: string): Reply {
  return html(
    status,
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${content}<footer>Local stand-in for IAM Identity Center. No AWS account is involved.</footer></main></body></html>
`,
  );
}

/** A page that only says something. */
export function messagePage(status: number, title: string, text: string): Reply {
  return page(status, title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

/** What the question page shows and sends back. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** Where the form posts to. */
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string>>;
  /** Shown large, to be compared with the terminal. */
  readonly code?: string;
  readonly users: readonly UserOptions[];
}

/** The page that asks a person to allow or deny; the button pressed arrives as `decision`, the person as `user` (their e-mail). */
export function questionPage(question: Question): Reply {
  const hidden = Object.entries(question.hidden).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const facts = Object.entries(question.facts).map(
    ([term, value]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const code = question.code === undefined ? '' : `<dt>Code</dt><dd class="code">${escapeHtml(question.code)}</dd>`;
  return page(
    200,
    question.title,
    `<h1>${escapeHtml(question.title)}</h1><p>${escapeHtml(question.text)}</p>
<dl>${code}${facts.join('')}</dl>
<form method="post" action="${escapeHtml(question.action)}">${hidden.join('')}
<label for="user">Signed in as</label><select id="user" name="user">${question.users.map(userOption).join('')}</select>
<div class="buttons"><button name="decision" value="deny">Deny</button>
<button class="primary" name="decision" value="allow" autofocus>Allow</button></div></form>`,
  );
}

function userOption({ name, email }: UserOptions): string {
  return `<option value="${escapeHtml(email)}">${escapeHtml(name)} (${escapeHtml(email)})</option>`;
}

/** The page that asks for a device's code. */
export function codeEntryPage(problem?: string): Reply {
  const text = problem ?? 'Enter the code that your terminal shows.';
  return page(
    problem === undefined ? 200 : 400,
    'Connect a device',
    `<h1>Connect a device</h1><p>${escapeHtml(text)}</p>
<form method="get" action="/device"><label for="user_code">Code</label>
<input id="user_code" name="user_code" class="code" autocomplete="off" autocapitalize="characters" placeholder="XXXX-XXXX" autofocus required>
<div class="buttons"><button class="primary">Continue</button></div></form>`,
  );
}
