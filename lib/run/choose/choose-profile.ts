import type { Context } from '../../context.ts';
import { type Reporter, UserError } from '../../messages/errors.ts';
import { severalMatchesMessage, unknownProfileMessage } from '../../profile/detect/messages.ts';
import type { SourceId } from '../../profile/detect/types.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import { sourceAccount } from '../../profile/source.ts';
import type { ChosenProfile, ResolvedProject } from '../project.ts';

/** The profile of the run; `undefined` if `cdk` finds credentials itself. Throws a UserError (78, 130). */
export async function chooseProfile(
  ctx: Context,
  project: ResolvedProject,
  reporter: Reporter,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<ChosenProfile | undefined> {
  const { detection, config } = project;
  const named = (name: string, origin: SourceId): ChosenProfile => {
    const where = detection.candidates.find(({ source }) => source === origin)?.where ?? origin;
    return { name, source: resolveCredentialSource(config, name, ctx.env), origin, where, inject: true };
  };
  switch (detection.outcome) {
    case 'pass-through':
      return undefined;
    case 'profile':
      return {
        ...named(detection.name, detection.origin),
        source: detection.credentialSource,
        inject: detection.inject,
      };
    case 'ask':
      if (dryRun) return sayQuestion(reporter, 'which AWS profile to use');
      return { ...named(await pick(ctx, project), 'picker'), isPicked: true };
    case 'several-matches':
      if (!reporter.interactive) throw new UserError('SeveralProfilesMatch', severalMatchesMessage(detection));
      if (dryRun) return sayQuestion(reporter, `which profile to use: ${detection.matches.join(', ')}`);
      return { ...named(await pick(ctx, project, detection.matches), detection.origin), isPicked: true };
    case 'not-defined':
      if (detection.pin === undefined) throw unknown(project, detection);
      return (await import('./first-run.ts')).firstRun(ctx, {
        project,
        reporter,
        pin: detection.pin,
        message: unknownProfileMessage(detection, config),
        origin: detection.origin,
        dryRun,
      });
  }
}

/** Of a dry run: what would be asked first. */
function sayQuestion(reporter: Pick<Reporter, 'notice'>, question: string): undefined {
  reporter.notice(`dry run: would prompt for ${question}`);
}

function unknown(
  { config, block }: ResolvedProject,
  detection: Parameters<typeof unknownProfileMessage>[0],
): UserError {
  return new UserError(
    'ProfileNotFound',
    unknownProfileMessage(detection, config, Object.keys(block?.written.stages ?? {})),
  );
}

/** The picker, over the given names or over every profile that can work and may be of the pinned account. */
async function pick(ctx: Context, { config, block }: ResolvedProject, names?: readonly string[]): Promise<string> {
  const { pickProfile } = await import('./pick-profile.ts');
  const account = block?.effective.account;
  const candidates = [...(names ?? config.profiles.keys())]
    .map((name) => ({
      name,
      source: resolveCredentialSource(config, name, ctx.env),
      region: config.profiles.get(name)?.['region'],
    }))
    .filter(({ source }) => source.kind !== 'none')
    // Keys don't contain their account; the guard calls STS.
    .filter(({ source }) => account === undefined || (sourceAccount(source) ?? account) === account);
  return pickProfile(ctx, { candidates });
}

/** After the guards: offers to pin a profile that was picked, unless the command line or `~/.cdk.json` chose what to look for. */
export async function offerToPin(
  ctx: Context,
  { block, config }: ResolvedProject,
  profile: ChosenProfile | undefined,
  reporter: Reporter,
): Promise<void> {
  if (profile?.isPicked !== true || profile.where.startsWith('-c ') || profile.origin === 'user-block') return;
  const { offerPin } = await import('./pick-profile.ts');
  const { name, source } = profile;
  const region = config.profiles.get(name)?.['region'];
  await offerPin(ctx, { name, source, region, stage: block?.effective.stage }, reporter);
}
