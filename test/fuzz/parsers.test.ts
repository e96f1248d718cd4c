import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { editConfig } from '../../lib/aws-config/edit/config-editor.ts';
import { readableName } from '../../lib/aws-config/ini.ts';
import { buildSharedConfig, parseSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { findSkippedLines } from '../../lib/aws-config/skipped-lines.ts';
import { classifyCommand } from '../../lib/cdk/command-line/command-class.ts';
import { parseCommandLine } from '../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../lib/cdk/command-line/option-table.ts';
import { contextOf, readSettings } from '../../lib/cdk/settings.ts';
import { resolveCdkxSettings } from '../../lib/cdkx-flags.ts';
import { nameProfiles, parseNameTemplate } from '../../lib/commands/configure/name-template.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { parseProjectBlock } from '../../lib/project/block/block.ts';
import { editProjectBlock } from '../../lib/project/cdk-json.ts';
import { cacheFolder } from '../../lib/sso/cache/cache-file.ts';
import { readRegistration, registrationPath } from '../../lib/sso/cache/registration-cache.ts';
import { formatToken, readToken, tokenPath } from '../../lib/sso/cache/token-cache.ts';
import { type TokenOnDisk, tokenStatus } from '../../lib/sso/cache/token.ts';
import { classifyAddress, readStartUrl } from '../../lib/sso/start-url.ts';
import { sharedFile } from '../aws-config/shared-config-text.ts';
import { installedCdk } from '../cdk/installed-cdk.ts';
import { repository } from '../helpers/cli.ts';
import { startOfTests } from '../helpers/clock.ts';
import { recordFigure } from '../helpers/figures.ts';
import { sharedConfig } from '../helpers/project.ts';
import { inputs } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { createSession } from '../sso/setup.ts';
import { awsDomains, isOfAws } from './aws-domains.ts';
import { expectCleanPrototypes, hostileJson, hostileText, orRefusal, rawControl, spoiled } from './hostile.ts';

afterEach(expectCleanPrototypes);

describe('a hostile command line', () => {
  const table = readOptionTable(installedCdk);
  const words = fc.constantFrom(
    'deploy',
    'ls',
    'sso',
    '--',
    '-e',
    '--profile',
    '--no-x',
    '-c',
    'cdkx=x',
    '--cdkx-confirm=a,b',
  );
  const argv = fc.array(fc.oneof(words, hostileText), { maxLength: 8 });

  it('is read, or refused as wrong use; all that is not ours is passed on as it is', () => {
    const read = (args: readonly string[]) => {
      recordFigure('parsers.inputs');
      const line = orRefusal(() => parseCommandLine(args, table));
      if (line === undefined) return;
      orRefusal(() =>
        resolveCdkxSettings(line.cdkxFlags, { CDKX_LOGIN: args[0], CDKX_STAGE: args[1], CDKX_LOG: args[2] }),
      );
      expect(['never', 'best-effort', 'required']).toContain(classifyCommand(line));
      const end = args.includes('--') ? args.indexOf('--') : args.length;
      const others = args.filter((arg, index) => index >= end || !arg.startsWith('--cdkx-'));
      expect(line.forwarded).toEqual(others);
    };
    expect(() => fc.assert(fc.property(argv, read), inputs(600))).not.toThrow();
  });
});

describe('a hostile cdk.json', () => {
  const example = readFileSync(join(repository, 'cdk.json.example'), 'utf8');
  const block = fc.dictionary(
    fc.constantFrom(
      'profile',
      'account',
      'role',
      'region',
      'ssoSession',
      'accounts',
      'stages',
      'login',
      'stageContext',
      '__proto__',
      'x',
    ),
    hostileJson,
  );
  const built = block.map((cdkx) => JSON.stringify({ app: 'x', context: { cdkx } }));
  const text = fc.oneof({ weight: 3, arbitrary: spoiled(example) }, { weight: 3, arbitrary: built }, hostileText);

  it('is read, or refused as a configuration error; an edit leaves JSON with the pin in it', () => {
    const folder = tempFolder();
    const pin = { profile: 'acme-dev', account: '111111111111', role: 'Developer' };
    const read = (json: string) => {
      recordFigure('parsers.inputs');
      writeFileSync(join(folder, 'cdk.json'), json);
      const settings = orRefusal(() => readSettings({ cwd: folder, home: folder }));
      orRefusal(() => parseProjectBlock(contextOf(settings?.project)['cdkx'], 'context.cdkx in cdk.json'));
      const edited = orRefusal(() => editProjectBlock(json, pin, { shownPath: 'cdk.json', stage: 'prod' }));
      if (edited === undefined) return;
      const { context } = JSON.parse(edited.replace(/^\uFEFF/, '')) as { context: { cdkx: { stages: object } } };
      expect(Object.entries(context.cdkx.stages).find(([name]) => name === 'prod')?.[1]).toMatchObject(pin);
    };
    expect(() => fc.assert(fc.property(text, read), inputs(600))).not.toThrow();
  });
});

describe('hostile shared config', () => {
  const text = fc.oneof(
    { weight: 3, arbitrary: spoiled(sharedConfig) },
    { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 12 }).map((lines) => lines.join('\n')) },
  );

  it('gives sections, sources and skipped lines, and an edit that reads back, or is refused', () => {
    const read = (config: string, credentials: string, name: string, value: string) => {
      recordFigure('parsers.inputs');
      const shared = buildSharedConfig(sharedFile(config, 'config'), sharedFile(credentials, 'credentials'));
      for (const profile of [...shared.profiles.keys(), name]) resolveCredentialSource(shared, profile, {});
      findSkippedLines(shared.files.config.parsed);
      const values = { sso_session: 'acme', sso_role_name: value };
      const edit = { action: 'set', kind: 'profile', name, values } as const;
      const edited = orRefusal(() => editConfig(config, [edit], '~/.aws/config'));
      if (edited === undefined) return;
      expect(parseSharedConfig(edited.text, 'config').profiles.get(name)).toMatchObject(values);
      expect([name, value].filter((part) => rawControl.test(part) && /[\r\n]/.test(part))).toEqual([]);
    };
    const property = fc.property(text, text, hostileText, hostileText, read);
    expect(() => fc.assert(property, inputs(600))).not.toThrow();
  });
});

describe('hostile files of the token cache', () => {
  const home = () => {
    const folder = tempFolder();
    mkdirSync(cacheFolder({ home: folder }), { recursive: true });
    return folder;
  };
  const names = [
    'accessToken',
    'expiresAt',
    'refreshToken',
    'clientId',
    'clientSecret',
    'registrationExpiresAt',
    'scopes',
    'grantTypes',
    '__proto__',
    'x',
  ] as const;
  const moment = fc.constantFrom(
    '2026-06-01T13:00:00Z',
    '2026-06-01T13:00:00UTC',
    '9999-99-99T99:99',
    '+275760-09-13T00:00:00Z',
    '2026-06-01T13:00',
  );
  const members = fc.dictionary(fc.constantFrom(...names), fc.oneof(hostileJson, moment));
  const session = createSession();

  /** What is written back is the AWS CLI's form: one line of ASCII, the token unchanged in it. */
  const judgeToken = (found: TokenOnDisk) => {
    if (found.state !== 'present')
      return found.state === 'unreadable' && /^it has no (valid )?"\w+"/.test(found.reason) ? 'fine' : found;
    const text = formatToken(found.token);
    const isKept = (JSON.parse(text) as { accessToken: string }).accessToken === found.token.accessToken;
    const { secondsLeft } = tokenStatus(found.token, session, startOfTests);
    return isKept && /^[ -~]*$/.test(text) && !Number.isNaN(secondsLeft) ? 'fine' : text;
  };

  it('are tokens and registrations, or are named as unreadable without a word of their content', () => {
    const folder = { home: home() };
    const read = (content: Record<string, unknown>) => {
      recordFigure('parsers.inputs');
      const json = JSON.stringify(content);
      writeFileSync(tokenPath(folder, session), json);
      writeFileSync(registrationPath(folder, session), json);
      const found = readToken(folder, session);
      expect(judgeToken(found)).toBe('fine');
      const registration = readRegistration(folder, session, 'device-authorization', startOfTests);
      expect(registration?.clientId).not.toBe('');
    };
    expect(() => fc.assert(fc.property(members, read), inputs(500))).not.toThrow();
  });

  it('that are no JSON objects are unreadable', () => {
    const folder = { home: home() };
    const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each));
    const torn = fc.oneof(
      bytes,
      spoiled('{"accessToken": "secret').map((each) => Buffer.from(each)),
    );
    const read = (content: Buffer) => {
      recordFigure('parsers.inputs');
      writeFileSync(tokenPath(folder, session), content);
      const found = readToken(folder, session);
      expect(found.state).toBe('unreadable');
      expect(JSON.stringify(found)).not.toContain('secret');
    };
    // Each is looked at for a tenth of a second, in case another program is just writing it.
    expect(() => fc.assert(fc.property(torn, read), { ...inputs(4), endOnFailure: true })).not.toThrow();
  });
});

describe('hostile addresses and names', () => {
  /** Hosts of AWS, and those that only look like one: `acme.awsapps.com.evil.example`. */
  const lookalike = fc
    .tuple(
      fc.constantFrom('acme.', 'portal.sso.eu-west-1.', '', 'evil', 'evil-', 'evil.example/.', 'evil.example?.'),
      fc.constantFrom(...awsDomains),
      fc.constantFrom('', '.evil.example', '.com', '.', ':8443', '@evil.example', '.evil.example/.awsapps.com'),
    )
    .map(([before, domain, after]) => `https://${before}${domain}${after}/start`);
  const url = fc.oneof(
    hostileText,
    lookalike,
    spoiled('https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH'),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc
      .tuple(
        fc.constantFrom('https:', 'http:', 'file:', 'javascript:', 'data:', 'vbscript:', 'ms-settings:'),
        hostileText,
      )
      .map(([scheme, rest]) => `${scheme}//${rest}`),
  );

  it('are opened only over TLS at a host of AWS or at the one that was expected, percent-encoded', () => {
    const judge = (address: string) => {
      recordFigure('parsers.inputs');
      const judged = classifyAddress(address, ['portal.example.org']);
      readStartUrl(address);
      if (judged.verdict === 'refused') return;
      const { protocol, hostname, host, username, password } = new URL(judged.href);
      expect([username, password]).toEqual(['', '']);
      expect(judged.href).toMatch(/^[!-~]+$/);
      const isHere = protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
      expect(protocol === 'https:' || isHere).toBe(true);
      const isTrusted = host === 'portal.example.org' || isOfAws(hostname);
      expect(judged.verdict).toBe(isTrusted ? 'opened' : 'shown');
    };
    expect(() => fc.assert(fc.property(url, judge), inputs(1500))).not.toThrow();
  });

  it('become profile names that every tool reads, each once', () => {
    const role = fc.record({
      accountId: fc.constantFrom('111111111111', '222222222222'),
      accountName: hostileText,
      roleName: hostileText,
    });
    const name = (roles: readonly { accountId: string; accountName: string; roleName: string }[], given: string) => {
      recordFigure('parsers.inputs');
      const template = parseNameTemplate(given);
      if ('problem' in template) return;
      const { names } = nameProfiles(roles, template, given);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((each) => each === '__proto__' || each === 'default' || each.length > 500)).toEqual([]);
      expect(names.filter((each) => !readableName.test(each))).toEqual([]);
    };
    const template = fc.oneof(
      fc.constantFrom('{accountName}-{roleName}', '{accountId}', '{session}/{roleName}'),
      hostileText,
    );
    expect(() => fc.assert(fc.property(fc.array(role, { maxLength: 6 }), template, name), inputs(1500))).not.toThrow();
  });
});
