import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');

/** Rooms from the program down to what everything uses: imports go only from a line to itself or to a later one. */
const layers: readonly RegExp[] = [
  /^bin\//,
  /^lib\/main\.ts$/,
  /^lib\/commands\//,
  /^lib\/index\.ts$|^lib\/plugin\//,
  /^lib\/programmatic\.ts$/,
  /^lib\/process-context\.ts$/,
  /^lib\/run\//,
  /^lib\/cdk\//,
  /^lib\/project\//,
  /^lib\/credentials\//,
  /^lib\/profile\//,
  /^lib\/aws-config\//,
  /^lib\/sso\//,
  /^lib\/cdkx-flags\.ts$/,
  /^lib\/terminal\//,
  /^lib\/net\//,
  /^lib\/system\//,
  /^lib\/shell\//,
  /^lib\/messages\//,
  /^lib\/(context|deadline|home|version)\.ts$/,
];

/** The doors of each room: the files that others may import. What is not listed here is behind the door. */
const doors: Readonly<Record<string, readonly string[]>> = {
  'lib/aws-config': ['ini', 'settings', 'shared-config', 'skipped-lines'],
  'lib/aws-config/edit': ['edit-config', 'prune', 'types'],
  'lib/cdk': ['assembly', 'find-cdk', 'plugins', 'settings'],
  'lib/cdk/command-line': ['command-class', 'command-line', 'option-table'],
  'lib/commands': ['help', 'index', 'names'],
  'lib/commands/completion': ['complete', 'completion'],
  'lib/commands/configure': ['configure'],
  'lib/commands/profile': ['index'],
  'lib/commands/shared': ['project', 'sessions'],
  'lib/commands/sso': ['credentials-format', 'index'],
  'lib/credentials': ['caller-account', 'from-sdk', 'role-credentials'],
  'lib/messages': ['errors', 'format-message', 'nearest-names', 'text'],
  'lib/net': ['http-handler', 'quiet-sdk', 'web-page'],
  'lib/plugin': ['provider-source', 'register'],
  'lib/profile': ['aws-login-cache', 'ensure-profile', 'resolve-source', 'source'],
  'lib/profile/detect': ['detect', 'match', 'messages', 'types'],
  'lib/project': ['accounts', 'cdk-json', 'first-run', 'guard'],
  'lib/project/block': ['block', 'effective-block', 'schema'],
  'lib/project/stages': ['choose', 'entry', 'protection'],
  'lib/run': ['announce', 'ensure', 'explain', 'project'],
  'lib/run/child': ['compile-cache', 'environment', 'spawn', 'start'],
  'lib/run/choose': ['choose-profile', 'first-run', 'pick-profile', 'pin-in-project'],
  'lib/shell': ['programs', 'shell'],
  'lib/sso': ['login-command', 'portal-address', 'session', 'start-url'],
  'lib/sso/cache': ['cache-file', 'registration-cache', 'token', 'token-cache'],
  'lib/sso/ensure': ['ensure-session', 'keep', 'lock', 'types'],
  'lib/sso/identity-center': ['client', 'failures', 'portal', 'send-command'],
  'lib/sso/login': ['keys', 'login'],
  'lib/system': ['browser', 'environment', 'files', 'json'],
  'lib/terminal': ['output', 'prompts', 'reporter', 'style'],
};

const files = ['bin', 'lib'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/')),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

describe('the structure of the source', () => {
  it('has a layer for every file, and imports only downward', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
    const upward = edges().filter(([from, to]) => layerOf(to) < layerOf(from));
    expect(upward.map(([from, to]) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no circles, type-only and lazy imports included', () => {
    expect(circles()).toEqual([]);
  });

  it('has rooms of at most a dozen files, with at most four doors each', () => {
    const rooms = [...new Set(files.map(dirname))].filter((folder) => folder.startsWith('lib/'));
    expect(rooms.sort()).toEqual(Object.keys(doors).sort());
    expect(rooms.filter((room) => files.filter((file) => dirname(file) === room).length > 12)).toEqual([]);
    expect(Object.entries(doors).filter(([, names]) => names.length > 4)).toEqual([]);
  });

  it.each(Object.entries(doors))('%s is entered through its doors only, and each of them is used', (room, names) => {
    const entered = edges()
      .filter(([from, to]) => dirname(to) === room && !from.startsWith(`${room}/`))
      .map(([, to]) => to.slice(room.length + 1, -'.ts'.length));
    expect([...new Set(entered)].sort()).toEqual([...names].sort());
  });

  it('builds the context of the process only at the edges: the program, the plugin, the programmatic API', () => {
    const builders = edges().filter(([, to]) => to === 'lib/process-context.ts');
    const allowed = ['bin/start-up.ts', 'lib/index.ts', 'lib/plugin/answers.ts'];
    expect(builders.map(([from]) => from).filter((file) => !allowed.includes(file))).toEqual([]);
  });

  it('takes clock, processes, streams and environment from the context', () => {
    const fromOutside =
      /^import \{.*'node:child_process'|\bDate\.now\(|new Date\(\)|\bset(?:Timeout|Interval)\(|AbortSignal\.timeout\(|\bprocess\.(?:argv|cwd|env|kill|on|platform|std\w+)\b/m;
    const allowed = ['lib/deadline.ts', 'lib/plugin/index.ts', 'lib/process-context.ts'];
    const takes = (file: string) =>
      fromOutside.test(readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\*|\/[*/]).*/gm, ''));
    expect(files.filter((file) => file.startsWith('lib/') && takes(file)).toSorted()).toEqual(allowed);
  });

  it('loads the AWS SDK without its warning about old versions of Node', () => {
    const loadsSdk = files.filter((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^import (type )?\{[^}]*\} from '@aws-sdk\/(?!core)/gm)].some(
        ([, isType]) => isType === undefined,
      ),
    );
    expect(loadsSdk.length).toBeGreaterThan(3);
    expect(loadsSdk.filter((file) => !imports.get(file)?.includes('lib/net/quiet-sdk.ts'))).toEqual([]);
  });

  it('is described folder by folder in docs/architecture.md', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const described = [...page.matchAll(/^\| `([\w./-]+)\/` +\|/gm)].map(([, folder]) => folder);
    expect(new Set(described)).toEqual(new Set(['bin', ...Object.keys(doors)]));
    const named = [...page.matchAll(/`((?:lib|bin|test|scripts)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('has its tests in folders of the same names', () => {
    const ofTheirOwn = /^test\/(?:bench|docs|e2e|emulator|faults|fuzz|helpers|package|scripts)(?:\/|$)/;
    const folders = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => relative(root, entry.parentPath).replaceAll('\\', '/'));
    const homeless = [...new Set(folders)].filter(
      (folder) => folder !== 'test' && !ofTheirOwn.test(folder) && !(folder.replace(/^test/, 'lib') in doors),
    );
    expect(homeless).toEqual([]);
  });
});

function edges(): [from: string, to: string][] {
  return files.flatMap((file) => (imports.get(file) ?? []).map((target): [string, string] => [file, target]));
}

function layerOf(file: string): number {
  return layers.findIndex((layer) => layer.test(file));
}

/** The project files that a file imports: statically, lazily, or for their types. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target = '']) =>
    relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/'),
  );
  return [...new Set(targets)];
}

/** The files of each circle: those that can reach themselves, grouped by what they reach (Tarjan's algorithm). */
function circles(): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): number => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    stack.push(file);
    for (const target of imports.get(file) ?? []) {
      if (target === file) found.push([file]);
      const reached = !order.has(target) ? visit(target) : stack.includes(target) ? order.get(target) : undefined;
      if (reached !== undefined) lowest.set(file, Math.min(lowest.get(file) ?? 0, reached));
    }
    if (lowest.get(file) === order.get(file)) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return lowest.get(file) ?? 0;
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}
