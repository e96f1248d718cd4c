import type { Context } from '../../context.ts';
import { safeText } from '../../messages/text.ts';
import { createReporter } from '../../terminal/reporter.ts';
import { createStyle, hasColor } from '../../terminal/style.ts';

type Screen = Pick<Context, 'env' | 'stdin' | 'stderr'>;

/** Longer codes are none. */
const longestCode = 40;

/** Prints the address of a login: always, whatever the level, since nobody could sign in without it. */
export function showAddress(ctx: Screen, session: string, address: string): void {
  announce(ctx, `to sign in to ${session}, open this address in your browser:`);
  write(ctx, ['', `  ${createStyle(ctx.env, ctx.stderr).strong(address)}`, '']);
}

/** Prints the address and the code of a login on any device, with a QR code where the terminal has room for it. */
export async function showDeviceCode(
  ctx: Screen,
  session: string,
  { address, complete, userCode }: { readonly address: string; readonly complete: string; readonly userCode: string },
): Promise<void> {
  const style = createStyle(ctx.env, ctx.stderr);
  announce(ctx, `to sign in to ${session}, open this address on any device:`);
  write(ctx, [
    '',
    `  ${style.strong(complete)}`,
    '',
    ...(complete === address ? [] : [`or open ${address} and enter the code yourself.`, '']),
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
  const lines = renderQr(address, { columns: ctx.stderr.columns || 80, colour: hasColor(ctx.env, ctx.stderr) });
  // A code that scrolls the address away does more harm than good.
  return lines === undefined || lines.length + 12 > (ctx.stderr.rows || 24) ? [] : [...lines, ''];
}

function announce(ctx: Screen, what: string): void {
  createReporter(ctx, 'normal').notice({ what });
}

function write(ctx: Pick<Screen, 'stderr'>, lines: readonly string[]): void {
  ctx.stderr.write(`${lines.join('\n')}\n`);
}
