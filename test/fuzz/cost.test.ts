import { describe, expect, it } from '@jest/globals';
import { editConfig } from '../../lib/aws-config/edit/config-editor.ts';
import { parseSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { findSkippedLines } from '../../lib/aws-config/skipped-lines.ts';
import { scanArguments } from '../../lib/cdk/command-line/command-line.ts';
import { findJsonError } from '../../lib/system/json.ts';
import { safeProfileName } from '../../lib/commands/configure/name-template.ts';
import { formatMessage } from '../../lib/messages/format-message.ts';
import { nearestNames } from '../../lib/messages/nearest-names.ts';
import { safeText } from '../../lib/messages/text.ts';
import { editProjectBlock } from '../../lib/project/cdk-json.ts';
import { regionInPage } from '../../lib/sso/portal-address.ts';
import { isSameStartUrl, classifyAddress, readStartUrl } from '../../lib/sso/start-url.ts';
import { formatTable } from '../../lib/terminal/output.ts';
import { recordFigure } from '../helpers/figures.ts';
import { tries } from '../helpers/scale.ts';
import { orRefusal } from './hostile.ts';

const size = tries(150_000, 500_000);
/**
 * Processor time of this process, seconds: a busy machine adds little to it. What is linear takes a tenth of this at most; what grows with the
 * square of the size takes minutes.
 */
const limit = 10;

const repeated = [
  ' ',
  '/',
  '-',
  '[',
  ']',
  '=',
  '#',
  '"',
  'a',
  '1',
  ':',
  '\t',
  '\r',
  '\n',
  ';',
  '%',
  '@',
  '.',
  '\\',
  '{',
  '(',
  '*',
  '!',
  '\u001B',
  '日',
];
const tags = ['<', '<meta ', '<meta name=', "<meta name='region'", " name='region'", " content='", '<meta>'];
const lines = ['[a]\n', 'a=\n', ' a=1\n', 'a = 1\n', '"a":', '["', '[[', 'a1', '1a', '-a=', 'é/'];
const parts = [...repeated, ...lines, ...tags];

const readers: Record<string, (text: string) => unknown> = {
  'shared config': (text) => {
    const parsed = parseSharedConfig(`[profile a]\n${text}\n[profile ${text}]x\n${text}x`, 'config');
    for (const name of parsed.profiles.keys()) parsed.profiles.get(name);
    return findSkippedLines(parsed);
  },
  'an edit of shared config': (text) =>
    editConfig(
      `[profile a]\n${text}sso_session${text}=${text}x\n`,
      [{ action: 'set', kind: 'profile', name: 'a', values: { sso_session: 'b' } }],
      'config',
    ),
  'cdk.json': (text) => findJsonError(`{"a":"${text}",${text}`),
  'an edit of cdk.json': (text) =>
    editProjectBlock(`{"a":${JSON.stringify(text)}}`, { profile: 'a' }, { shownPath: 'cdk.json' }),
  arguments: (text) =>
    scanArguments([`-${text}x`, `--${text}=`, `-x${text}x`, text, `--no-${text}`, `-x.${text}`], new Map()),
  'start URLs': (text) => [
    readStartUrl(text),
    isSameStartUrl(`https://x.example/${text}x`, `https://${text}.example/`),
  ],
  'the page of a portal': (text) => [
    regionInPage(text),
    regionInPage(`<meta ${text}name='region'>`),
    regionInPage(`<meta name="region" ${text}>${text}`),
  ],
  addresses: (text) => classifyAddress(`https://x.example/${text}x`, []),
  names: (text) => [
    safeProfileName(`${text}x${text}`),
    nearestNames(text, [`${text}x`, 'a']),
    nearestNames('a', [text]),
  ],
  'a terminal': (text) => [
    safeText(text, Infinity),
    formatMessage({ what: text, why: [text], next: [{ say: text }, { run: text }] }, 80),
    formatTable(['a', 'b'], [[text, text]], { columns: 80 }),
  ],
};

describe('the cost of large input', () => {
  it.each(Object.entries(readers))('grows with its size for %s', (_name, read) => {
    recordFigure('cost.readers');
    recordFigure('cost.texts', parts.length);
    recordFigure('cost.characters', size.toLocaleString('en-US'));
    const before = process.cpuUsage();
    for (const part of parts) {
      const text = part.repeat(Math.floor(size / part.length / 10));
      orRefusal(() => read(text));
    }
    for (const part of parts) orRefusal(() => read(part.repeat(Math.floor(size / part.length))));
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(limit * tries(1, 4));
  });

  it('is no matter of nesting: brackets by the hundred thousand are refused, not followed', () => {
    const deep = `${'['.repeat(size)}${']'.repeat(size)}`;
    expect(findJsonError(deep)).toBeUndefined();
    expect(() => editProjectBlock(`{"a":${deep}}`, { profile: 'a' }, { shownPath: 'cdk.json' })).toThrow(
      'nested too deeply',
    );
    expect(findJsonError(`{"a":"${'x'.repeat(20 * size)}"`)).toMatchObject({ line: 1, found: 'end of file' });
  });
});
