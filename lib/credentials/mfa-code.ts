import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { mfaNeedsTerminal } from '../profile/source.ts';
import { cancelled, text } from '../terminal/prompts.ts';

/** Prompts for an MFA code. Throws a UserError: 77 if cdkx can't prompt, 130 if cancelled. */
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
    validate: (value) => (/^\d{6}$/.test(value.trim()) ? undefined : 'Enter six digits.'),
  });
  if (code !== cancelled) return code.trim();
  throw new UserError('Cancelled', {
    what: `no MFA code was given for profile "${profile}"`,
    why: `It has mfa_serial = ${mfaSerial}.`,
    next: [{ say: 'Run the command again.' }],
  });
}
