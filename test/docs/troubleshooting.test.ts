import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { pageTexts } from '../../lib/sso/callback-page.ts';
import { repository } from '../helpers/cli.ts';
import { codeIn, section, tableRows } from './markdown.ts';
import { commanderTexts } from './messages/commander.ts';
import { findCoverage, isForm, type Coverage } from './messages/match.ts';
import { readProgramTexts, type ProgramText, type ProgramTexts } from './messages/program-texts.ts';
import { anything, concat, isWordless, show } from './messages/text.ts';

const page = readFileSync(join(repository, 'docs/troubleshooting.md'), 'utf8');
const reasons = section(page, 'Reasons');
const reasonRows = tableRows(reasons);
const messageRows = tableRows(page.replace(reasons, '')).filter((row) => row.length === 3);
const documented = messageRows.flatMap(([message = '']) => codeIn(message));

/** Where the one message is made that has no words of its own: those of the parser, and in brackets the verb. */
const ofParser = 'lib/commands/own-command.ts';

let program: ProgramTexts;
let said: readonly (ProgramText & { readonly coverage: Coverage })[];
beforeAll(() => {
  program = readProgramTexts();
  const mistakes = commanderTexts().map((text) => ({ file: ofParser, text: concat([text, [' ('], anything, [')']]) }));
  const inBrowser = Object.values(pageTexts).map(({ title }) => ({ file: 'lib/sso/callback-page.ts', text: [title] }));
  const texts = [...program.said.filter(({ file }) => file !== ofParser), ...mistakes, ...inBrowser];
  said = texts.map((each) => ({ ...each, coverage: findCoverage(each.text, documented) }));
});

describe('docs/troubleshooting.md', () => {
  it('says of each row what it means, and names each message once', () => {
    const empty = [...messageRows, ...reasonRows].filter(([message, meaning]) => !message?.startsWith('`') || !meaning);
    expect(empty).toEqual([]);
    expect(documented.filter((message, index) => documented.indexOf(message) < index)).toEqual([]);
  });

  it('says of each row what helps, but for what is only told or asked', () => {
    const rows = ['Along the way', 'Questions'].reduce((text, told) => text.replace(section(page, told), ''), page);
    const withoutFix = tableRows(rows).filter((row) => row.length === 3 && !row[2]);
    expect(withoutFix).toEqual([]);
    expect(tableRows(rows).length).toBeGreaterThan(100);
  });

  it('has a row for each message, question and line of the program', () => {
    const missing = said.flatMap(({ file, coverage }) => coverage.missing.map((form) => `${file}: ${form}`));
    expect(missing).toEqual([]);
  });

  it('has one row only for each of them', () => {
    expect(said.flatMap(({ coverage }) => coverage.ambiguous)).toEqual([]);
  });

  it('has no row for what the program does not say any more', () => {
    const used = new Set(said.flatMap(({ coverage }) => coverage.by));
    expect(documented.filter((message) => !used.has(message))).toEqual([]);
    const documentedReasons = reasonRows.flatMap(([reason = '']) => codeIn(reason));
    const gone = documentedReasons.filter((reason) => !program.written.some(({ text }) => isForm(reason, text)));
    expect(gone).toEqual([]);
  });
});

describe('the source', () => {
  it('tells of each message in words which it is', () => {
    const wordless = said.filter(({ text }) => isWordless(text));
    expect(wordless.map(({ file, text }) => `${file}: ${show(text)}`)).toEqual([]);
  });

  it('gives each failure its three parts', () => {
    expect(program.incomplete.map(({ file, text }) => `${file}: ${show(text)}`)).toEqual([]);
  });

  it('writes to stderr only where messages, progress, addresses and help are shown', () => {
    expect(program.writers).toEqual([
      // The help that the parser prints where a verb is missing.
      ofParser,
      // Address and code of a login, below its message.
      'lib/sso/login-screen.ts',
      'lib/terminal/create-reporter.ts',
      'lib/terminal/progress.ts',
    ]);
  });
});
