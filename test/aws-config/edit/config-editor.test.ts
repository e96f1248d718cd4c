import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSsoSessionData, parseKnownFiles } from '@smithy/core/config';
import * as fc from 'fast-check';
import { editConfig } from '../../../lib/aws-config/edit/config-editor.ts';
import { formatDiff } from '../../../lib/terminal/output.ts';
import type { ConfigEdit } from '../../../lib/aws-config/edit/types.ts';
import { UserError } from '../../../lib/messages/errors.ts';
import { inputs } from '../../helpers/scale.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { fileText } from '../arbitrary-config.ts';
import { orUserError } from '../../helpers/message.ts';

const setProfile = (values: Record<string, string>, name = 'dev'): ConfigEdit => ({
  action: 'set',
  kind: 'profile',
  name,
  values,
});
const setSession = (values: Record<string, string>, name = 'acme'): ConfigEdit => ({
  action: 'set',
  kind: 'sso-session',
  name,
  values,
});
const edit = (text: string, ...edits: ConfigEdit[]) => editConfig(text, edits, '~/.aws/config');
const region = setProfile({ region: 'x' });

describe('editing config text', () => {
  it.each<[string, string, ConfigEdit, string]>([
    ['adds a section to an empty file', '', region, '[profile dev]\nregion = x\n'],
    [
      'adds a section after a blank line',
      '[profile a]\nr = 1\n',
      region,
      '[profile a]\nr = 1\n\n[profile dev]\nregion = x\n',
    ],
    [
      'adds no second blank line',
      '[profile a]\nr = 1\n\n',
      region,
      '[profile a]\nr = 1\n\n[profile dev]\nregion = x\n',
    ],
    ['ends the last line first', '[profile a]\nr = 1', region, '[profile a]\nr = 1\n\n[profile dev]\nregion = x\n'],
    [
      'keeps Windows line ends',
      '[profile a]\r\nr = 1\r\n',
      region,
      '[profile a]\r\nr = 1\r\n\r\n[profile dev]\r\nregion = x\r\n',
    ],
    ['writes default without prefix', '', setProfile({ region: 'x' }, 'default'), '[default]\nregion = x\n'],
    [
      'writes a comment below a new header',
      '',
      { ...region, comment: '# mine' } as ConfigEdit,
      '[profile dev]\n# mine\nregion = x\n',
    ],
    [
      'changes a value in its line and keeps the comment',
      '[profile dev] # c\n region=y  # why\n',
      region,
      '[profile dev] # c\n region=x  # why\n',
    ],
    [
      'changes the last of repeated keys',
      '[profile dev]\nregion = y\nregion = z\n',
      region,
      '[profile dev]\nregion = y\nregion = x\n',
    ],
    [
      'changes the last of repeated sections',
      '[profile dev]\nregion = y\n[profile dev]\nregion = z\n',
      region,
      '[profile dev]\nregion = y\n[profile dev]\nregion = x\n',
    ],
    [
      'gives a key without value one',
      '[profile dev]\nregion =\noutput = json\n',
      region,
      '[profile dev]\nregion = x\noutput = json\n',
    ],
    [
      'adds a key after the last one',
      '[profile dev]\na = 1\n\n# next\n[profile b]\n',
      region,
      '[profile dev]\na = 1\nregion = x\n\n# next\n[profile b]\n',
    ],
    [
      'completes a section without keys',
      '[profile dev]\n\n[profile b]\n',
      region,
      '[profile dev]\nregion = x\n\n[profile b]\n',
    ],
    ['indents as the section does', '[profile dev]\n  a = 1\n', region, '[profile dev]\n  a = 1\n  region = x\n'],
    ['finds a name in quotes', '[profile "dev"]\na = 1\n', region, '[profile "dev"]\na = 1\nregion = x\n'],
    ['finds a name after a tab', '[profile\tdev]\na = 1\n', region, '[profile\tdev]\na = 1\nregion = x\n'],
    [
      'changes [profile default] where [default] does not count',
      '[default]\nr = 1\n[profile default]\nr = 2\n',
      setProfile({ r: '3' }, 'default'),
      '[default]\nr = 1\n[profile default]\nr = 3\n',
    ],
    [
      'completes a [profile default] without keys',
      '[profile default]\n',
      setProfile({ r: '3' }, 'default'),
      '[profile default]\nr = 3\n',
    ],
  ])('%s', (_, text, wish, expected) => {
    expect(edit(text, wish).text).toBe(expected);
  });

  // What the AWS CLI's own writer (`configure/writer.py`) gets wrong.
  it.each<[string, string, ConfigEdit, string]>([
    [
      'a nested key of the same name',
      '[profile dev]\ns3 =\n  region = a\n',
      region,
      '[profile dev]\ns3 =\n  region = a\nregion = x\n',
    ],
    [
      'a nested key in a section that is indented',
      '[profile dev]\n  b = 1\n  s3 =\n    region = a\n',
      region,
      '[profile dev]\n  b = 1\n  region = x\n  s3 =\n    region = a\n',
    ],
    [
      'a key of that level after a block, which only the AWS CLI sees',
      '[profile dev]\n  s3 =\n    a = b\n  region = y\n',
      region,
      '[profile dev]\n  region = x\n  s3 =\n    a = b\n',
    ],
    [
      'a key without value that would fall into a block',
      '[profile dev]\nother =\n  region =\n',
      region,
      '[profile dev]\nother =\nregion = x\n',
    ],
    [
      'a key twice in other letters',
      '[profile dev]\nREGION = y\nRegion = z\n',
      region,
      '[profile dev]\nregion = x\nregion = x\n',
    ],
    ['a key in other letters', '[profile dev]\nREGION = y\n', region, '[profile dev]\nregion = x\n'],
    ['a comment in the line', '[profile dev]\nregion = y ; mine\n', region, '[profile dev]\nregion = x ; mine\n'],
    [
      'the file without a blank line',
      '[profile a]\nr = 1\n',
      region,
      '[profile a]\nr = 1\n\n[profile dev]\nregion = x\n',
    ],
  ])('does not damage %s', (_, text, wish, expected) => {
    expect(edit(text, wish).text).toBe(expected);
  });

  it.each<[string, string, ConfigEdit, string]>([
    [
      '[ profile dev ]',
      '[ profile dev ]\nr = 1\n',
      region,
      'line 1 of ~/.aws/config defines profile "dev" in a form that only the AWS CLI can read',
    ],
    ['[profile  dev]', '\n[profile  dev]\n', region, 'line 2 of ~/.aws/config'],
    ['[profile dev];c', '[profile a]\n[profile dev];c\n', region, 'only the AWS CLI can read: [profile dev];c'],
    ["[sso-session 'acme' ]", '[sso-session acme ]\n', setSession({ sso_region: 'r' }), 'defines sso-session "acme"'],
    [
      'a section that a glued header cuts in two',
      '[profile dev]\nr = 1\n[profile b];c\nr = 2\n',
      region,
      'makes it unclear what belongs to profile "dev"',
    ],
    ['a file that cdk takes for empty', '[profile __proto__]\n', region, 'has a section named __proto__'],
    [
      'a session with another start URL',
      '[sso-session acme]\nsso_start_url = https://a/start\nsso_region = r\n',
      setSession({ sso_start_url: 'https://b/start' }),
      'already exists',
    ],
    [
      'a session in another region',
      '[sso-session acme]\nsso_region = r\n',
      setSession({ sso_region: 'q' }),
      'already exists',
    ],
    ['a key that is a block', '[profile dev]\nregion =\n  a = 1\n', region, 'has keys below region'],
    ['a name with a space', '', setProfile({ r: '1' }, 'my dev'), '"my dev" is not a valid name for a profile'],
    ['a name with an apostrophe', '', setProfile({ r: '1' }, "o'brien"), 'is not a valid name for a profile'],
    ['an empty name', '', setProfile({ r: '1' }, ''), 'is not a valid name'],
    ['a value of two lines', '', setProfile({ r: '1\n[profile b]' }), 'is not a valid r for profile "dev"'],
    ['a value that would end in a comment', '', setProfile({ r: 'a #b' }), 'is not a valid r'],
    ['an empty value', '', setProfile({ r: '' }), 'is not a valid r'],
  ])('stops at %s', (_, text, wish, message) => {
    expect(() => edit(text, wish)).toThrow(UserError);
    expect(() => edit(text, wish)).toThrow(message);
    expect(() => edit(text, wish)).toThrow(expect.objectContaining({ exitCode: 78 }));
  });

  it('names both portals where a session has another one', () => {
    const text = '[sso-session acme]\nsso_start_url = https://a/start\nsso_region = r\n';
    const wish = setSession({ sso_start_url: 'https://b/start', sso_region: 'q' });
    const stated = (url: string, of: string) => expect.stringMatching(`${url} in ${of}\\.$`);
    expect(() => edit(text, wish)).toThrow(
      expect.objectContaining({
        parts: expect.objectContaining({ why: [stated('https://a/start', 'r'), stated('https://b/start', 'q')] }),
      }),
    );
  });

  it('keeps the start URL of a session as written where it is the same portal', () => {
    const text = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start/#/\nsso_region = r\n';
    const wish = setSession({
      sso_start_url: 'https://acme.awsapps.com/start',
      sso_region: 'r',
      sso_registration_scopes: 's',
    });
    expect(edit(text, wish).text).toBe(`${text}sso_registration_scopes = s\n`);
  });

  it.each([
    [
      'in the middle',
      '[profile a]\nr = 1\n\n[profile dev]\n# mine\nr = 2\n\n# of b\n[profile b]\nr = 3\n',
      '[profile a]\nr = 1\n\n# of b\n[profile b]\nr = 3\n',
    ],
    ['at the end', '[profile a]\nr = 1\n\n[profile dev]\nr = 2\n', '[profile a]\nr = 1\n'],
    ['with nested keys', '[profile dev]\ns3 =\n  a = 1\n[profile b]\n', '[profile b]\n'],
    ['that is not there', '[profile a]\n', '[profile a]\n'],
  ])('removes a section %s', (_, text, expected) => {
    expect(edit(text, { action: 'remove', kind: 'profile', name: 'dev' }).text).toBe(expected);
  });

  it('shows what changes, and a little around it', () => {
    const text = '# top\n[profile a]\nr = 1\ns = 2\nt = 3\n\n[profile dev]\nregion = y\nu = 4\nv = 5\nw = 6\n';
    const { diff } = edit(text, region, setProfile({ r: '1' }, 'new'));
    expect(formatDiff(diff)).toEqual([
      '',
      '  [profile dev]',
      '- region = y',
      '+ region = x',
      '  u = 4',
      '  v = 5',
      '  w = 6',
      '+',
      '+ [profile new]',
      '+ r = 1',
    ]);
  });
});

describe('any config text', () => {
  const values = fc.dictionary(
    fc.constantFrom('region', 'sso_session', 'sso_account_id', 'output'),
    fc.constantFrom('x', 'eu-west-1', 'a b'),
    { minKeys: 1 },
  );
  const wish = fc
    .tuple(fc.constantFrom('a', 'b', 'default', 'x.y', 'new', '1'), values)
    .map(([name, keys]): ConfigEdit & { action: 'set' } => ({ action: 'set', kind: 'profile', name, values: keys }));

  it('reads the same after an edit but for the profile that was edited, and a second edit changes nothing', async () => {
    const folder = tempFolder();
    let run = 0;
    let edited = 0;
    await fc.assert(
      fc.asyncProperty(fileText, wish, async (text, given) => {
        const after = tryEdit(text, given);
        if (after === undefined) return;
        edited += 1;
        const [was, is] = [
          await readWithSdk(folder, `${(run += 1)}`, text),
          await readWithSdk(folder, `${(run += 1)}`, after.text),
        ];
        const before = was.profiles[given.name];
        const others = { ...was.profiles, [given.name]: undefined };
        expect({ ...is.profiles, [given.name]: undefined }).toEqual(others);
        expect(withoutMoved(is.profiles[given.name], given.values)).toEqual({
          ...withoutMoved(withoutCaseTwins(before, given.values), given.values),
          ...given.values,
        });
        expect(is.sessions).toEqual(was.sessions);
        expect(edit(after.text, given).text).toBe(after.text);
      }),
      inputs(1000),
    );
    expect(edited).toBeGreaterThan(100);
  });

  it('keeps every other line, byte for byte and in order', () => {
    fc.assert(
      fc.property(fileText, wish, (text, given) => {
        const after = tryEdit(text, given);
        if (after === undefined) return;
        const removed = after.diff.filter(({ sign }) => sign === '-');
        const isOfKey = (line: string) =>
          Object.keys(given.values).includes(line.split('=')[0]?.trim().toLowerCase() ?? '');
        expect(removed.filter((line) => !isOfKey(line.text))).toEqual([]);
        const kept = after.diff.filter(({ sign }) => sign !== '+').map((line) => line.text);
        const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
        expect(kept).toEqual(lines.map((line) => line.replace(/\r?\n$/, '')));
        const unchanged = lines.filter((line) => !isOfKey(line) && line.endsWith('\n'));
        const result = after.text.split(/(?<=\n)/);
        let place = -1;
        for (const line of unchanged) {
          const next = result.indexOf(line, place + 1);
          expect(next).toBeGreaterThan(place);
          place = next;
        }
      }),
      inputs(500),
    );
  });

  it('is as it was after a profile was added and removed', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const start = `${text.replace(/\s*$/, '')}\n`;
        const added = tryEdit(start, { action: 'set', kind: 'profile', name: 'fresh', values: { region: 'x' } });
        if (added === undefined || start.trim() === '') return;
        expect(edit(added.text, { action: 'remove', kind: 'profile', name: 'fresh' }).text).toBe(start);
      }),
    );
  });
});

function tryEdit(text: string, wish: ConfigEdit) {
  const result = orUserError(() => edit(text, wish));
  return result instanceof UserError ? undefined : result;
}

async function readWithSdk(folder: string, name: string, text: string) {
  const configFilepath = join(folder, name);
  writeFileSync(configFilepath, text);
  const all = await parseKnownFiles({ configFilepath, filepath: join(folder, 'none'), ignoreCache: true });
  return { profiles: all, sessions: await loadSsoSessionData({ configFilepath }) };
}

/** A line that the AWS CLI takes for one of these keys is moved out of the block in which the SDK sees it. */
function withoutMoved(keys: Record<string, string | undefined> = {}, values: Readonly<Record<string, string>>) {
  const inBlock = Object.keys(values).map((key) => `.${key}`);
  return Object.fromEntries(
    Object.entries(keys).filter(([key]) => !inBlock.some((end) => key.toLowerCase().endsWith(end))),
  );
}

/** A key that differs only in case is renamed when there is none in the right letters. */
function withoutCaseTwins(before: Record<string, string | undefined> = {}, values: Readonly<Record<string, string>>) {
  const twins = Object.keys(before).filter(
    (key) => !(key in values) && key.toLowerCase() in values && !(key.toLowerCase() in before),
  );
  return Object.fromEntries(Object.entries(before).filter(([key]) => !twins.includes(key)));
}
