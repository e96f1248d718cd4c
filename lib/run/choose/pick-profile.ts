import type { Context } from '../../context.ts';
import { type Reporter, UserError } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
import {
  type AssumeRoleSource,
  type CredentialSource,
  leafSource,
  sourceAccount,
  sourceKinds,
  sourceRole,
  type SsoSource,
} from '../../profile/source.ts';
import { readToken } from '../../sso/cache/token-cache.ts';
import { tokenStatus } from '../../sso/cache/token.ts';
import { sessionCacheKey, type SsoSession } from '../../sso/session.ts';
import { alignColumns } from '../../terminal/output.ts';
import { cancelled, confirm, select } from '../../terminal/prompts.ts';
import { hasCdkJson, pinProfile, type PinTarget } from './pin-in-project.ts';

export interface PickCandidate {
  readonly name: string;
  readonly source: CredentialSource;
  /** `region` of the profile, for the pin. */
  readonly region?: string | undefined;
}

export interface PickRequest {
  readonly candidates: readonly PickCandidate[];
  readonly message?: string;
}

/** Lets the user choose from a list with account, role and state. Throws a UserError: 130, or 78 for an empty list. */
export async function pickProfile(ctx: Context, request: PickRequest): Promise<string> {
  const { candidates, message = 'Which AWS profile?' } = request;
  if (candidates.length === 0) throw nothingToChoose();
  const chosen = await select(ctx, { message, choices: profileChoices(ctx, candidates) });
  if (chosen === cancelled) throw notChosen();
  return chosen;
}

/** Offers to write a picked profile into cdk.json, after the guards. Throws a UserError (130, 78). */
export async function offerPin(ctx: Context, target: PinTarget, reporter: Reporter): Promise<void> {
  if (!hasCdkJson(ctx)) return;
  const place = target.stage === undefined ? 'this project' : `stage "${target.stage}"`;
  const message = `Save "${target.name}" in cdk.json for ${place}?`;
  const wantsPin = await confirm(ctx, { message, initial: false });
  if (wantsPin === cancelled) throw notChosen();
  if (!wantsPin) return;
  pinProfile(ctx, target);
  reporter.info(
    `pinned profile "${target.name}" in cdk.json${target.stage === undefined ? '' : `, stage "${target.stage}"`}`,
  );
}

/** The entries of the list, in columns: name, account, role, and the state of the credentials. Each token file is read once. */
export function profileChoices(
  ctx: Pick<Context, 'home' | 'clock'>,
  candidates: readonly PickCandidate[],
): { readonly value: string; readonly label: string }[] {
  const states = new Map<string, string>();
  const stateOf = (session: SsoSession) => {
    const key = sessionCacheKey(session);
    const state = states.get(key) ?? sessionState(ctx, session);
    states.set(key, state);
    return state;
  };
  const rows = candidates.map(({ name, source }) => {
    const leaf = leafSource(source);
    const state = 'session' in leaf ? stateOf(leaf.session) : otherState(leaf, ctx.clock.now());
    return [name, sourceAccount(source) ?? '', sourceRole(source) ?? '', state];
  });
  const labels = alignColumns(rows);
  return candidates.map(({ name }, index) => ({ value: name, label: labels[index] ?? name }));
}

function sessionState(ctx: Pick<Context, 'home' | 'clock'>, session: SsoSession): string {
  const found = readToken(ctx, session);
  if (found.state !== 'present') return 'not signed in';
  const { usable, refreshable, secondsLeft } = tokenStatus(found.token, session, ctx.clock.now());
  if (usable) return `signed in, ${formatDuration(secondsLeft)} left`;
  return refreshable ? 'signed in, refreshed automatically' : 'expired';
}

type OtherSource = Exclude<CredentialSource, AssumeRoleSource | SsoSource>;

function otherState(leaf: OtherSource, now: number): string {
  const isExpired = leaf.kind === 'temporary' && leaf.expiresAt !== undefined && leaf.expiresAt.getTime() <= now;
  return `${sourceKinds[leaf.kind]}${isExpired ? ', expired' : ''}`;
}

function notChosen(): UserError {
  return new UserError('ProfileNotChosen', {
    what: 'no profile selected',
    next: [{ say: 'Use --profile, or pin one for this project:' }, { run: 'cdkx profile pin' }],
  });
}

function nothingToChoose(): UserError {
  return new UserError('NoProfiles', {
    what: 'no AWS profile with credentials on this machine',
    why: 'The AWS config and credentials files contain none.',
    next: [{ say: 'To create profiles from your AWS access portal, run:' }, { run: 'cdkx sso configure' }],
  });
}
