import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSsoSessionData, parseKnownFiles } from '@smithy/core/config';
import * as fc from 'fast-check';
import { parseSharedConfig, type SectionMap } from '../../lib/aws-config/shared-config.ts';
import { findSkippedLines } from '../../lib/aws-config/skipped-lines.ts';
import { inputs } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { fileText } from './arbitrary-config.ts';
import { sharedConfig } from './shared-config-text.ts';

const asRecord = (map: SectionMap) =>
  Object.fromEntries([...map.keys()].map((name) => [name, map.get(name)]).filter(([, values]) => hasKeys(values)));
const hasKeys = (values: unknown) => Object.keys(values as object).length > 0;

describe('the shared config parser', () => {
  it('reads what the SDK reads, for random pairs of files', async () => {
    const folder = tempFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fileText, fileText, async (config, credentials) => {
        run += 1;
        const configFilepath = join(folder, `config-${run}`);
        const filepath = join(folder, `credentials-${run}`);
        writeFileSync(configFilepath, config);
        writeFileSync(filepath, credentials);
        const theirs = await parseKnownFiles({ filepath, configFilepath, ignoreCache: true });
        // The SDK lists the other sections among the profiles, under a prefix that no tool can ask for.
        const profiles = Object.entries(theirs).filter(([name]) => !/^(profile|sso-session|services)\./.test(name));
        const ours = sharedConfig(config, credentials);
        expect(asRecord(ours.profiles)).toEqual(Object.fromEntries(profiles));
        expect(asRecord(ours.ssoSessions)).toEqual(await loadSsoSessionData({ configFilepath }));
      }),
      inputs(500),
    );
  });

  it.each(['config', 'credentials'] as const)(
    'finds a name by itself as it does in a list of all, and the names that hold a text, in a %s file',
    (file) => {
      const kinds = ['profiles', 'ssoSessions', 'services'] as const;
      fc.assert(
        fc.property(fileText, (text) => {
          const listed = parseSharedConfig(text, file);
          const names = kinds.flatMap((kind) => [...listed[kind].keys()]);
          for (const kind of kinds) {
            for (const name of [...names, 'default', 'x', '']) {
              const found = parseSharedConfig(text, file)[kind];
              expect([name, found.has(name), found.get(name)]).toEqual([
                name,
                listed[kind].has(name),
                listed[kind].get(name),
              ]);
            }
            const holding = (value: string) => [...listed[kind].keysWith(value)];
            for (const name of listed[kind].keys()) {
              for (const value of Object.values(listed[kind].get(name) ?? {})) expect(holding(value)).toContain(name);
            }
            expect(holding('nowhere in the text')).toEqual([]);
          }
        }),
        inputs(500),
      );
    },
  );

  it.each([
    ['a plain profile', '[profile a]\nregion = x\n', { a: { region: 'x' } }],
    ['quotes around a name', '[profile "a"]\nregion = x\n', { a: { region: 'x' } }],
    ['a tab before the name', '[profile\ta]\nregion = x\n', { a: { region: 'x' } }],
    ['a dot in place of the space', '[profile.a]\nregion = x\n', { a: { region: 'x' } }],
    ['Windows line ends', '[profile a]\r\nregion = x\r\n', { a: { region: 'x' } }],
    ['a byte order mark', '\uFEFF[profile a]\nregion = x\n', { a: { region: 'x' } }],
    ['an indented header and key', '  [profile a]\n  region = x\n', { a: { region: 'x' } }],
    ['a comment after a header', '[profile a] # c\nregion = x\n', { a: { region: 'x' } }],
    ['a comment after a value', '[profile a]\nregion = x ; c\n', { a: { region: 'x' } }],
    ['a hash inside a value', '[profile a]\nu = https://x/start/#/\n', { a: { u: 'https://x/start/#/' } }],
    ['a repeated key', '[profile a]\nr = 1\nr = 2\n', { a: { r: '2' } }],
    [
      'a repeated section',
      '[profile a]\nr = 1\n[profile b]\nr = 3\n[profile a]\ns = 2\n',
      { a: { r: '1', s: '2' }, b: { r: '3' } },
    ],
    ['a nested block', '[profile a]\ns3 =\n  x = 1\n  y = 2\nr = 1\n', { a: { 's3.x': '1', 's3.y': '2', r: '1' } }],
    ['keys that differ in case', '[profile a]\nREGION = x\n', { a: { REGION: 'x' } }],
    ['[default]', '[default]\nr = 1\n', { default: { r: '1' } }],
    ['[profile default] over [default]', '[profile default]\nr = 2\n[default]\ns = 1\n', { default: { r: '2' } }],
    ['[default] beside an empty [profile default]', '[profile default]\n[default]\ns = 1\n', { default: { s: '1' } }],
    [
      'a header glued to a comment, whose keys fall to the section before',
      '[profile a]\nr = 1\n[profile b];c\nr = 2\n',
      { a: { r: '2' } },
    ],
    ['__proto__, which voids the file', '[profile a]\nr = 1\n[profile __proto__]\nx = 1\n', {}],
    ['two spaces', '[profile  a]\nr = 1\n', {}],
    ['outer spaces', '[ profile a ]\nr = 1\n', {}],
    ['a name with a space', '[profile "a b"]\nr = 1\n', {}],
    ['no prefix', '[a]\nr = 1\n', {}],
    ['a colon in place of "="', '[profile a]\nregion: x\n', {}],
    ['no section', 'region = x\n', {}],
  ])('reads %s', (_, text, expected) => {
    expect(asRecord(parseSharedConfig(text, 'config').profiles)).toEqual(expected);
  });

  it('keeps a profile without keys as one without values', () => {
    const { profiles } = parseSharedConfig('[profile a]\n', 'config');
    expect(profiles.get('a')).toEqual({});
  });

  it('tells where sections stand', () => {
    const text = '# top\n[profile a]\nr = 1\n\n[profile b]\n';
    const places = parseSharedConfig(text, 'config').sections.map(({ header, start, bodyStart, end }) => [
      header.name,
      text.slice(start, bodyStart),
      text.slice(bodyStart, end),
    ]);
    expect(places).toEqual([
      ['a', '[profile a]\n', 'r = 1\n\n'],
      ['b', '[profile b]\n', ''],
    ]);
  });

  it('names the lines that have no effect', () => {
    const text = [
      'region = before',
      '[profile a]',
      'region: x',
      'output =',
      'region = y',
      '[ profile b ]',
      'region = z',
      '[dev]',
      '[plugins c]',
      '[profile d];c',
      '= 1',
    ].join('\n');
    expect(findSkippedLines(parseSharedConfig(text, 'config'))).toMatchInlineSnapshot(`
     [
       {
         "line": 1,
         "reason": "It is before the first section.",
       },
       {
         "line": 3,
         "reason": "It is not "key = value".",
       },
       {
         "line": 4,
         "reason": ""output" has no value.",
       },
       {
         "line": 6,
         "reason": "The section [ profile b ] is ignored. cdk reads it only if it is written exactly [profile b].",
       },
       {
         "line": 8,
         "reason": "The section [dev] is ignored. In the config file, the header of a profile is [profile dev].",
       },
       {
         "line": 9,
         "reason": "The section [plugins c] is ignored. "plugins" is not a section type that cdk knows.",
       },
       {
         "line": 10,
         "reason": "The section [profile d];c is ignored. Text follows "]" (a comment needs a space before it), so cdk reads its lines as part of the previous section.",
       },
     ]
    `);
  });

  it('names headers without an end, before the first section and within one', () => {
    const text = ['[profile a', '[profile b]', '[profile c', 'region = x'].join('\n');
    const reason = 'The section header does not end with "]".';
    expect(findSkippedLines(parseSharedConfig(text, 'config'))).toEqual([
      { line: 1, reason },
      { line: 3, reason },
    ]);
  });

  it('takes time in proportion to the text', () => {
    const profiles = Array.from(
      { length: 10_000 },
      (_, at) => `[profile p${at}]\nsso_session = s\nregion = eu-west-1\n`,
    );
    const { profiles: read } = parseSharedConfig(profiles.join(''), 'config');
    expect([read.size, read.get('p9999')]).toEqual([10_000, { sso_session: 's', region: 'eu-west-1' }]);
  });
});
