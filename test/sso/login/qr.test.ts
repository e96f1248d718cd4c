import { describe, expect, it } from '@jest/globals';
import { renderQr } from '../../../lib/sso/login/qr.ts';

const address = 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH';

describe('the QR code of an address', () => {
  it('fits a terminal of 80 columns, and is left out where it does not fit', () => {
    const lines = renderQr(address, { columns: 80, color: false });
    expect(lines?.length).toBeGreaterThan(10);
    expect(Math.max(...(lines ?? []).map((line) => line.length))).toBeLessThan(80);
    expect(renderQr(address, { columns: 20, color: false })).toBeUndefined();
  });

  it('says black and white itself where there is color, and no black strip below the code', () => {
    const lines = renderQr(address, { columns: 80, color: true }) ?? [];
    const line = lines[0] ?? '';
    expect(lines.at(-1)).not.toContain('▀▀▀');
    expect(line.startsWith('  \u001B[97;40m')).toBe(true);
    expect(line.endsWith('\u001B[0m')).toBe(true);
  });

  it('is left out for an address that fits in none', () => {
    const address = `https://acme.awsapps.com/${'x'.repeat(5000)}`;
    expect(renderQr(address, { columns: 10_000, color: false })).toBeUndefined();
  });
});
