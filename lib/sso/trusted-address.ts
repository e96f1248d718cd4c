/** Hosts that belong to AWS, in all partitions: sign-in pages and portals live below them (AWS CLI, `sso/resolve.py`, and partitions.json). */
const awsSuffixes = [
  '.awsapps.com',
  '.awsapps.cn',
  '.app.aws',
  '.amazonaws.com',
  '.amazonaws.com.cn',
  '.amazonaws.eu',
  '.api.aws',
  '.api.amazonwebservices.eu',
  '.app.amazonwebservices.com.cn',
  '.api.amazonwebservices.com.cn',
  '.c2s.ic.gov',
  '.sc2s.sgov.gov',
  '.cloud.adc-e.uk',
  '.csp.hci.ic.gov',
  'identitycenter.amazonaws.com',
];

/** Whether a host is one of AWS's own: start URLs elsewhere are vanity addresses that lead to one. */
export function isAwsHost(hostname: string): boolean {
  return awsSuffixes.some((suffix) => hostname.endsWith(suffix));
}

/** Whether a host is this very machine. Tests, and stand-ins for AWS, live there. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** No sign-in address is longer; systems refuse to start a program with much longer ones. Characters. */
const longestAddress = 8_000;

/**
 * Judges an address that a browser is to be sent to; it may come from the network. `refused`: no web address over TLS (or on this machine),
 * or one with a user name in it. `shown`: a web address on a host nobody expected, so a person may look at it, but it is not opened.
 * `opened` is trusted. `href` is the address in its harmless, percent-encoded form.
 */
export function judgeAddress(
  address: string,
  expectedHosts: readonly string[],
): { readonly verdict: 'opened' | 'shown'; readonly href: string } | { readonly verdict: 'refused' } {
  if (address.length > longestAddress || !URL.canParse(address)) return { verdict: 'refused' };
  const url = new URL(address);
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.username !== '' || url.password !== '') return { verdict: 'refused' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return { verdict: 'refused' };
  const expected = expectedHosts.some((host) => host === url.host) || (!isLoopback && isAwsHost(url.hostname));
  return { verdict: expected ? 'opened' : 'shown', href: url.href };
}
