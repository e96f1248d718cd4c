import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { bundle } from '../helpers/bundle.ts';
import { openTerminal, type Terminal } from '../helpers/pty.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { onPosix } from '../helpers/needs.ts';

const enter = '\r';
const controlC = '\u0003';
const controlZ = '\u001A';
const escape = '\u001B';

onPosix(describe, 'pseudo-terminals as Unix has them')('questions on a real terminal', () => {
  let folder = '';
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'cdkx-ask-')));
    bundle('test/terminal/fixtures/ask.ts', join(folder, 'ask.mjs'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Asks, and afterwards prints the terminal's settings as the shell finds them. */
  function ask(question: string, columns = 80): Terminal {
    const script = `"$0" "$1" "$2"; echo "ended=$?"; stty -a`;
    return openTerminal('/bin/sh', ['-c', script, process.execPath, join(folder, 'ask.mjs'), question], {
      cwd: folder,
      home: tempFolder(),
      columns,
    });
  }

  async function finish(terminal: Terminal): Promise<string> {
    await terminal.exit;
    return terminal.screen();
  }

  it.each([
    ['confirm', 'Sign in now?', enter, 'answer=true'],
    ['confirm', 'Sign in now?', 'n', 'answer=false'],
    ['confirm', 'Sign in now?', controlC, 'answer=CANCELLED'],
    ['confirm', 'Sign in now?', escape, 'answer=CANCELLED'],
    ['confirm-no', 'Really?', enter, 'answer=false'],
    ['text', 'name of the stage', `prod${enter}`, 'answer="prod"'],
    ['text', 'name of the stage', controlC, 'answer=CANCELLED'],
    ['select', 'Which profile?', enter, 'answer="account-000"'],
    ['select', 'Which profile?', controlC, 'answer=CANCELLED'],
    ['multiselect', 'Which roles?', controlC, 'answer=CANCELLED'],
  ])('%s: answers %s after %j with %s, and leaves the terminal as it was', async (question, shown, keys, answer) => {
    const terminal = ask(question);
    await terminal.waitFor(shown);
    terminal.type(keys);
    const screen = await finish(terminal);
    expect(screen).toContain(answer);
    expect(screen).toContain('ended=0');
    expect(screen).toMatch(/(?<!-)\bicanon\b/);
    expect(screen).toMatch(/(?<!-)\becho\b/);
    expect(terminal.output().lastIndexOf('\u001B[?25l')).toBeLessThan(terminal.output().lastIndexOf('\u001B[?25h'));
  });

  it('finds one of hundreds of entries by words in any order, over label and hint', async () => {
    const terminal = ask('select');
    await terminal.waitFor('Which profile?');
    terminal.type('administrator 47');
    await terminal.waitFor('Account 147');
    expect(terminal.screen()).not.toContain('Account 46');
    terminal.type('3');
    await terminal.waitFor(/● Account 473|❯ Account 473|Account 473/);
    terminal.type(enter);
    expect(await finish(terminal)).toContain('answer="account-473"');
  });

  it('keeps a question open when Enter is typed and nothing matches', async () => {
    const terminal = ask('select');
    await terminal.waitFor('Which profile?');
    terminal.type('zzz');
    await terminal.waitFor('No matches found');
    terminal.type(enter);
    await terminal.waitFor('Nothing matches');
    expect(terminal.output()).not.toContain('answer=');
    terminal.type('\u007F'.repeat(3));
    await terminal.waitFor('Account 1');
    terminal.type(enter);
    expect(await finish(terminal)).toContain('answer="account-000"');
  });

  it('marks several entries across searches', async () => {
    const terminal = ask('multiselect');
    await terminal.waitFor('Which roles?');
    terminal.type('account-007');
    await terminal.waitFor('Account 7');
    terminal.type('\t');
    await terminal.waitFor('◼ Account 7 ');
    terminal.type('\u007F'.repeat('account-007'.length));
    await terminal.waitFor('Account 1');
    terminal.type('account-123');
    await terminal.waitFor('Account 123');
    terminal.type('\t');
    await terminal.waitFor('◼ Account 123 ');
    terminal.type(enter);
    expect(await finish(terminal)).toContain('answer=["account-007","account-123"]');
  });

  it('asks again for a text that is not accepted', async () => {
    const terminal = ask('text');
    await terminal.waitFor('name of the stage');
    terminal.type(`dev${enter}`);
    await terminal.waitFor('That is not its name.');
    terminal.type(`${'\u007F'.repeat(3)}prod${enter}`);
    expect(await finish(terminal)).toContain('answer="prod"');
  });

  it('asks again after Ctrl-Z, at once where no shell could bring the job back', async () => {
    const terminal = ask('text');
    await terminal.waitFor('name of the stage');
    terminal.type(`pr${controlZ}`);
    await terminal.waitFor(/name of the stage.*◆[^\n]*name of the stage/s);
    terminal.type(`prod${enter}`);
    const screen = await finish(terminal);
    expect(screen).toContain('answer="prod"');
    expect(screen).toMatch(/(?<!-)\bicanon\b/);
  });

  it('gives up a question whose time is over', async () => {
    expect(await finish(ask('abort'))).toContain('answer=CANCELLED');
  });

  it('shows names with escape sequences as text', async () => {
    const terminal = ask('hostile');
    await terminal.waitFor('Which?');
    await terminal.waitFor('\\u001b[2Jb');
    terminal.type(enter);
    expect(await finish(terminal)).toContain('answer="x"');
  });

  it('stays within a narrow terminal', async () => {
    const terminal = ask('select', 40);
    await terminal.waitFor('Which profile?');
    terminal.type(enter);
    expect(await finish(terminal)).toContain('answer="account-000"');
  });
});
