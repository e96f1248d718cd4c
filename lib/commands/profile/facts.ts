import { dirname, join } from 'node:path';
import { findCdk } from '../../cdk/find-cdk.ts';
import type { Context } from '../../context.ts';
import { type MessageParts, UserError } from '../../messages/errors.ts';
import { severalMatchesMessage, unknownProfileMessage } from '../../profile/detect/messages.ts';
import type { Candidate, Detection } from '../../profile/detect/types.ts';
import { type CredentialSource, leafSource, sourceAccount, sourceRole } from '../../profile/source.ts';
import { matchProfiles } from '../../profile/detect/match.ts';
import type { RoleUse } from '../../project/block/effective-block.ts';
import { accountByFiles } from '../../project/guard.ts';
import { expectedAccount } from '../../run/ensure.ts';
import type { ResolvedProject } from '../../run/project.ts';
import { sessionLabel } from '../../sso/session.ts';
import { passThroughReasons } from '../shared/project.ts';
import { listSessions, otherCredentials, type ProfileState } from '../shared/sessions.ts';
import type { ServedAccount } from './accounts.ts';

/** A role of the project block. */
export interface ShownRole {
  readonly role: string;
  readonly profiles: readonly string[];
}

/** The output of `cdkx profile show`, also as JSON with `version` 1: members are only ever added; one without a value is absent. */
export interface ShownProject {
  readonly outcome: Detection['outcome'];
  readonly profile?: string;
  readonly kind?: CredentialSource['kind'];
  readonly account?: string;
  readonly role?: string;
  /** The two roles of the project block, if it has two, each with the local profiles that have it. */
  readonly roles?: Readonly<Record<RoleUse, ShownRole>>;
  /** The region that `cdk` will use, and what sets it. */
  readonly region?: string;
  readonly regionFrom?: string;
  /** The pinned account, and whether it is that of the credentials as far as files tell. */
  readonly guard?: {
    readonly account: string;
    readonly where: string;
    readonly verdict: 'ok' | 'wrong-account' | 'ask-sts';
  };
  /** Where the profile came from: `--profile`, `context.cdkx.profile in cdk.json`. */
  readonly where?: string;
  readonly stage?: string;
  readonly session?: string;
  readonly state?: ProfileState['state'] | undefined;
  readonly expiresAt?: string;
  readonly reason?: string;
  readonly problem?: string;
  readonly candidates: readonly Candidate[];
  readonly cdk?: { readonly path: string; readonly version?: string; readonly from: string };
  readonly cdkProblem?: string;
  /** Absolute path of the credential plugin, for plain `cdk`. */
  readonly plugin: string;
  readonly accounts?: readonly ServedAccount[];
}

/** Describes what `cdk` would use. Makes no network calls. */
export function describeProject(ctx: Context, project: ResolvedProject): ShownProject {
  const { detection, block } = project;
  return {
    outcome: detection.outcome,
    ...describeOutcome(ctx, project),
    region: project.region.region,
    regionFrom: project.region.from,
    ...describeGuard(ctx, project),
    ...describeRoles(ctx, project),
    stage: block?.effective.stage,
    candidates: detection.candidates,
    ...describeCdk(ctx),
    plugin: join(dirname(ctx.selfPath), 'plugin.cjs'),
  };
}

/** The verdict of the account guard, without asking AWS. */
function describeGuard(ctx: Context, project: ResolvedProject): Pick<ShownProject, 'guard'> {
  const { detection } = project;
  const isProfile = detection.outcome === 'profile';
  const expected = expectedAccount(ctx, project, isProfile ? detection.origin : undefined);
  if (expected === undefined) return {};
  const actual = accountByFiles(isProfile ? detection.credentialSource : undefined);
  const isRight = actual.state === 'known' && actual.account === expected.account;
  const verdict = isRight ? 'ok' : actual.state === 'known' ? 'wrong-account' : 'ask-sts';
  return { guard: { account: expected.account, where: expected.where, verdict } };
}

function describeRoles(ctx: Context, { block, config }: ResolvedProject): Pick<ShownProject, 'roles'> {
  const { account, role, otherRole, roleUse, ssoSession } = block?.effective ?? {};
  if (role === undefined || otherRole === undefined) return {};
  const shown = (wanted: string): ShownRole => {
    const criteria = { account, role: wanted, startUrl: ssoSession?.startUrl };
    return { role: wanted, profiles: matchProfiles(config, criteria, ctx.env).map(({ name }) => name) };
  };
  const [read, change] = roleUse === 'read' ? [role, otherRole] : [otherRole, role];
  return { roles: { read: shown(read), change: shown(change) } };
}

function describeOutcome(ctx: Context, project: ResolvedProject): Partial<ShownProject> {
  const { detection, config } = project;
  switch (detection.outcome) {
    case 'profile': {
      const where = detection.candidates.find(({ source }) => source === detection.origin)?.where;
      return { profile: detection.name, where, ...describeSource(ctx, project, detection.credentialSource) };
    }
    case 'pass-through':
      return { reason: passThroughReasons[detection.reason] };
    case 'ask':
      return { reason: 'No profile is set. On a terminal, cdkx would prompt.' };
    case 'several-matches':
      return { problem: asText(severalMatchesMessage(detection)) };
    case 'not-defined':
      return { problem: asText(unknownProfileMessage(detection, config)) };
  }
}

function describeSource(ctx: Context, { config }: ResolvedProject, source: CredentialSource): Partial<ShownProject> {
  const leaf = leafSource(source);
  const [other] = otherCredentials(ctx, [{ name: leaf.profile, source: leaf }]);
  const entry =
    'session' in leaf
      ? listSessions(ctx, config, [{ name: leaf.profile, source: leaf }]).find(({ profiles }) => profiles.length > 0)
      : other;
  return {
    kind: source.kind,
    account: sourceAccount(source),
    role: sourceRole(source),
    session: 'session' in leaf ? sessionLabel(leaf.session) : undefined,
    state: entry?.state,
    expiresAt: entry?.expiresAt?.toISOString(),
    problem: leaf.kind === 'invalid' ? leaf.problem.what : undefined,
  };
}

function describeCdk(ctx: Context): Pick<ShownProject, 'cdk' | 'cdkProblem'> {
  try {
    const { path, version, from } = findCdk(ctx, { mayRun: false });
    return { cdk: { path, version, from } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { cdkProblem: asText(error.parts) };
  }
}

function asText({ what, why = [] }: MessageParts): string {
  return [what, ...(typeof why === 'string' ? [why] : why)].join(' ');
}
