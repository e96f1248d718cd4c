import type { Context } from '../../context.ts';
import type { MessageParts } from '../../messages/errors.ts';
import { safeText } from '../../messages/text.ts';
import { createReporter } from '../../terminal/reporter.ts';
import { createStyle, hasColor } from '../../terminal/style.ts';

type Screen = Pick<Context, 'env' | 'platform' | 'stdin' | 'stderr'>;

const longestCode = 40;

/** Prints the sign-in URL at any log level, because it may be needed to sign in. */
export function showAddress(ctx: Screen, session: string, address: string, opens: boolean): void {
  const style = createStyle(ctx.env, ctx.stderr);
  announce(
    ctx,
    opens
      ? { what: `opening your browser to sign in to ${session}`, why: "If it doesn't open, go to this URL:" }
      : { what: `to sign in to ${session}, open this URL in your browser:` },
  );
  write(ctx, ['', `  ${(opens ? style.faint : style.strong)(address)}`, '']);
}

/** Prints URL and code for another device, with a QR code if the terminal is large enough. */
export async function showDeviceCode(
  ctx: Screen,
  session: string,
  { address, complete, userCode }: { readonly address: string; readonly complete: string; readonly userCode: string },
): Promise<void> {
  const style = createStyle(ctx.env, ctx.stderr);
  announce(ctx, { what: `to sign in to ${session}, open this URL on any device:` });
  write(ctx, [
    '',
    `  ${style.strong(complete)}`,
    '',
    ...(complete === address ? [] : [`Or open ${address} and enter the code yourself.`, '']),
    'Approve only if the page shows this code:',
    '',
    `  ${style.strong(safeText(userCode, longestCode))}`,
    '',
    ...(await qrLines(ctx, complete)),
  ]);
}

async function qrLines(ctx: Screen, address: string): Promise<string[]> {
  if (!ctx.stderr.isTTY || ctx.env['TERM'] === 'dumb') return [];
  const { renderQr } = await import('./qr.ts');
  const lines = renderQr(address, { columns: ctx.stderr.columns || 80, color: hasColor(ctx.env, ctx.stderr) });
  // A QR code must not scroll the URL off the screen.
  return lines === undefined || lines.length + 12 > (ctx.stderr.rows || 24) ? [] : [...lines, ''];
}

function announce(ctx: Screen, parts: MessageParts): void {
  createReporter(ctx, 'normal').notice(parts);
}

function write(ctx: Pick<Screen, 'stderr'>, lines: readonly string[]): void {
  ctx.stderr.write(`${lines.join('\n')}\n`);
}
