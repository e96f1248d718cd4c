import { describe, expect, it } from '@jest/globals';
import { challengeOf, createPkce, createState } from '../../../lib/sso/login/browser-login.ts';

describe('the proof key', () => {
  // RFC 7636, appendix B.
  const octets = Buffer.from([
    116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240, 91,
    88, 5, 88, 83, 132, 141, 121,
  ]);

  it('is that of the RFC for the octets of the RFC', () => {
    expect(createPkce(() => octets)).toEqual({
      verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
  });

  it('is new each time, long enough, and of allowed characters', () => {
    const { verifier, challenge } = createPkce();
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(challenge).toBe(challengeOf(verifier));
    expect(createPkce().verifier).not.toBe(verifier);
    expect(createState()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
