import { describe, expect, it } from '@jest/globals';
import { renderQr } from '../../../lib/sso/login/qr.ts';

const address = 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH';

describe('the QR code of an address', () => {
  it('fits a terminal of 80 columns, and is left out where it does not fit', () => {
    const lines = renderQr(address, { columns: 80, colour: false });
    expect(lines?.length).toBeGreaterThan(10);
    expect(Math.max(...(lines ?? []).map((line) => line.length))).toBeLessThan(80);
    expect(renderQr(address, { columns: 20, colour: false })).toBeUndefined();
  });

  it('says black and white itself where there is colour', () => {
    const line = renderQr(address, { columns: 80, colour: true })?.[0] ?? '';
    expect(line.startsWith('  \u001B[97;40m')).toBe(true);
    expect(line.endsWith('\u001B[0m')).toBe(true);
  });

  it('is left out for an address that fits in none', () => {
    const address = `https://acme.awsapps.com/${'x'.repeat(5000)}`;
    expect(renderQr(address, { columns: 10_000, colour: false })).toBeUndefined();
  });
});
