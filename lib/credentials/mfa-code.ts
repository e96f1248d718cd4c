import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { mfaNeedsTerminal } from '../profile/source.ts';
import { cancelled, text } from '../terminal/prompts.ts';

/** Asks for the code that an MFA device shows. Without a terminal that is a UserError (77), a cancelled question is one (130). */
export async function askMfaCode(
  ctx: Context,
  profile: string,
  mfaSerial: string,
  interactive: boolean,
): Promise<string> {
  if (!interactive) {
    throw new UserError('MfaCodeRequired', mfaNeedsTerminal(profile, mfaSerial));
  }
  const code = await text(ctx, {
    message: `MFA code of ${mfaSerial}`,
    validate: (value) => (/^\d{6}$/.test(value.trim()) ? undefined : 'Six digits'),
  });
  if (code !== cancelled) return code.trim();
  throw new UserError('Cancelled', {
    what: `no MFA code was given for profile "${profile}"`,
    why: `Its mfa_serial (${mfaSerial}) asks for one.`,
    next: [{ say: 'Run the command again.' }],
  });
}
