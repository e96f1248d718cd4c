import type { Context } from '../../context.ts';
import { commandToPaste } from '../../shell/shell.ts';
import { formatDuration, shellWord } from '../../messages/text.ts';
import { loginCommand } from '../../sso/login-command.ts';
import { sessionName } from '../../sso/session.ts';
import { formatTable } from '../../terminal/output.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { type OtherCredentials, type SessionEntry, stateTexts } from '../shared/sessions.ts';

export interface ProjectStatus {
  readonly profile?: string;
  /** Whether `cdk` could use its credentials now, by the files and with `--check` the portal. */
  readonly usable: boolean;
  /** Why the profile cannot work, if so. A sign-in does not help then. */
  readonly problem?: string;
  /** If it uses one of the sessions, the path of the token file. */
  readonly sessionPath?: string;
}

/** The portal's answer about a token, with `--check`. */
export type PortalAnswer = 'active' | 'ended' | 'unreachable';

/** The data of the status. `now` in milliseconds since the epoch. */
export interface StatusView {
  readonly project: ProjectStatus;
  readonly sessions: readonly SessionEntry[];
  readonly others: readonly OtherCredentials[];
  /** By the token file's path; empty without `--check`. */
  readonly portal: ReadonlyMap<string, PortalAnswer>;
  readonly now: number;
}

/** Longer lists of profiles are only counted. */
const longestList = 20;

/** Formats the status as text: sessions, other credentials that expire, then what to run. */
export function formatStatus(ctx: Pick<Context, 'env' | 'platform' | 'stdout'>, view: StatusView): string[] {
  const { sessions, others } = view;
  const style = createStyle(ctx.env, ctx.stdout);
  const columns = ctx.stdout.isTTY ? ctx.stdout.columns || 80 : undefined;
  const paintHeading = style.strong;
  const lines: string[] = [];
  if (sessions.length > 0) {
    const rows = sessions.map((entry) => sessionRow(entry, view));
    const paint = (cell: string, column: number, row: number) =>
      column === 1 ? paintState(style, sessions[row], view)(cell) : cell;
    lines.push(
      ...formatTable(['Session', 'State', 'Time left', 'Renews', 'Profiles', 'Start URL'], rows, {
        columns,
        paintHeading,
        paint,
      }),
    );
  }
  if (others.length > 0) {
    const rows = others.map((other) => otherRow(other, view));
    lines.push(
      ...(lines.length > 0 ? [''] : []),
      ...formatTable(['Profile', 'Credentials', 'State', 'Time left'], rows, { columns, paintHeading }),
    );
  }
  if (lines.length === 0) lines.push('There are no SSO sessions on this machine.');
  return [...lines, '', ...nextSteps(view, ctx)];
}

/** The status as JSON, version 1: members are only added; times are ISO 8601; a member without a value is absent. */
export function statusJson({ project, sessions, others, portal, now }: StatusView): unknown {
  return {
    version: 1,
    project: { profile: project.profile, usable: project.usable },
    sessions: sessions.map((entry) => ({
      name: entry.session.name,
      startUrl: entry.session.startUrl,
      region: entry.session.region,
      kind: entry.kind,
      state: entry.state,
      expiresAt: entry.expiresAt?.toISOString(),
      secondsLeft: entry.expiresAt === undefined ? undefined : secondsUntil(entry.expiresAt, now),
      refreshable: entry.refreshable,
      profiles: entry.profiles,
      current: isCurrent(entry, project),
      portal: portal.get(entry.path),
      file: entry.path,
      reason: entry.reason,
    })),
    credentials: others.map(({ profile, kind, state, expiresAt }) => ({
      profile,
      kind,
      state,
      expiresAt: expiresAt?.toISOString(),
    })),
  };
}

function sessionRow(entry: SessionEntry, view: StatusView): string[] {
  const mark = isCurrent(entry, view.project) ? '* ' : '  ';
  return [
    mark + (entry.session.name ?? '(no name)'),
    stateText(entry, view),
    entry.expiresAt === undefined ? '-' : timeLeft(entry.expiresAt, view.now),
    entry.state === 'signed-out' || entry.state === 'unreadable' ? '-' : entry.refreshable ? 'yes' : 'no',
    profileList(entry),
    entry.session.startUrl,
  ];
}

function stateText(entry: SessionEntry, { portal }: StatusView): string {
  const answer = portal.get(entry.path);
  if (answer === 'ended') return 'revoked';
  return stateTexts[entry.state] + (answer === 'unreachable' ? ' (portal unreachable)' : '');
}

function paintState(style: Style, entry: SessionEntry | undefined, { portal }: StatusView): (cell: string) => string {
  if (entry === undefined || entry.state === 'signed-out') return style.faint;
  if (portal.get(entry.path) === 'ended' || entry.state === 'expired' || entry.state === 'unreadable') return style.bad;
  return entry.state === 'ending' ? style.caution : style.good;
}

function otherRow({ profile, kind, state, expiresAt }: OtherCredentials, view: StatusView): string[] {
  return [
    (view.project.profile === profile ? '* ' : '  ') + profile,
    kind === 'login' ? 'aws login' : 'short-term keys',
    state === 'valid' ? 'valid' : stateTexts[state],
    expiresAt === undefined ? '-' : timeLeft(expiresAt, view.now),
  ];
}

function profileList({ profiles, kind }: SessionEntry): string {
  if (kind === 'orphan') return '(none)';
  const names = profiles.join(', ');
  return profiles.length === 1 || names.length <= longestList ? names : `${profiles.length} profiles`;
}

function nextSteps(
  { sessions, others, project, portal }: StatusView,
  ctx: Pick<Context, 'env' | 'platform'>,
): string[] {
  const run = (command: string) => commandToPaste(command, ctx);
  const marked =
    sessions.some((entry) => isCurrent(entry, project)) || others.some(({ profile }) => profile === project.profile);
  const note = marked ? [`* used by this project (profile ${project.profile})`] : [];
  if (project.usable) return marked ? note : ["This project's profile uses none of these sessions."];
  if (project.problem !== undefined) {
    const show = run(`cdkx profile show --profile ${shellWord(project.profile ?? '')}`);
    return [...note, `Profile "${project.profile}" can't work: ${project.problem}`, `For details, run: ${show}`];
  }
  if (project.profile !== undefined) {
    const other = others.find(({ profile }) => profile === project.profile);
    if (other?.kind === 'temporary')
      return [
        ...note,
        `Its keys have expired. Copy new ones from the access portal, or run: ${run('cdkx sso configure')}`,
      ];
    const name = shellWord(project.profile);
    // The token looks valid, so `login` without --force would do nothing.
    const force = project.sessionPath !== undefined && portal.get(project.sessionPath) === 'ended' ? ' --force' : '';
    const login = `${other?.kind === 'login' ? 'aws' : 'cdkx sso'} login --profile ${name}${force}`;
    return [...note, `To sign in, run: ${run(login)}`];
  }
  const [first] = sessions.filter(
    ({ state, kind }) => kind !== 'orphan' && state !== 'valid' && state !== 'refreshable',
  );
  if (first === undefined)
    return [`No profile selected for this directory. To see why, run: ${run('cdkx profile show')}`];
  return [
    'No profile selected for this directory.',
    `To sign in to ${sessionName(first)}, run: ${run(loginCommand(first.session, first.profiles[0]))}`,
  ];
}

function isCurrent(entry: SessionEntry, { sessionPath }: ProjectStatus): boolean {
  return entry.kind !== 'orphan' && entry.path === sessionPath;
}

function secondsUntil(at: Date, now: number): number {
  return Math.floor((at.getTime() - now) / 1000);
}

function timeLeft(at: Date, now: number): string {
  const seconds = secondsUntil(at, now);
  return seconds > 0 ? formatDuration(seconds) : `expired ${formatDuration(-seconds)} ago`;
}
