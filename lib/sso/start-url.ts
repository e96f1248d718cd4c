export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn' | 'aws-eusc';

export interface StartUrl {
  /** The URL for the config file, without the fragment and query that the browser adds. */
  readonly url: string;
  readonly region?: string | undefined;
  /** Absent for a vanity URL, which can be in any partition. */
  readonly partition?: Partition | undefined;
  /** Whether it is a vanity URL, which redirects to AWS. */
  readonly isVanity: boolean;
  /** A name for the session, from the portal's alias or the vanity host: `acme`. */
  readonly suggestedName?: string | undefined;
}

export type StartUrlReading = StartUrl | { readonly problem: string };

/** Host suffixes that AWS owns (`sso/resolve.py` of the AWS CLI v2, with the issuers' hosts), and the partition they stand for. */
const ownedHosts: readonly (readonly [suffix: string, partition: Partition])[] = [
  ['.us-gov-home.awsapps.com', 'aws-us-gov'],
  ['.awsapps.com', 'aws'],
  ['.awsapps.cn', 'aws-cn'],
  ['.app.aws', 'aws'],
  ['.portal.amazonaws.com', 'aws'],
  ['.portal.amazonaws.com.cn', 'aws-cn'],
  ['.app.amazonwebservices.com.cn', 'aws-cn'],
  ['.portal.amazonaws.eu', 'aws-eusc'],
  ['.api.amazonwebservices.eu', 'aws-eusc'],
  ['identitycenter.us-gov.amazonaws.com', 'aws-us-gov'],
  ['identitycenter.amazonaws.com.cn', 'aws-cn'],
  ['identitycenter.amazonaws.com', 'aws'],
  ['identitycenter.amazonaws.eu', 'aws-eusc'],
];

/** A region in the labels of a host (botocore `partitions.json`, all partitions). */
const regionLabel = /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/;
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
/** An alias or identity store ID alone: `acme`, `d-1234567890`. */
const alias = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** Whether the text has the form of a region name, in any partition: `eu-west-1`, `us-gov-west-1`, `eusc-de-east-1`. */
export function isRegionName(text: string): boolean {
  return regionLabel.test(text);
}

/** Reads a start URL as people give it: copied from a browser, without scheme, only the alias, or a vanity URL. */
export function readStartUrl(given: string): StartUrlReading {
  const text = given.trim();
  if (text === '') return { problem: 'It is empty.' };
  if (alias.test(text) && text !== 'localhost') return readStartUrl(`https://${text.toLowerCase()}.awsapps.com/start`);
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (/\s/.test(withScheme) || !URL.canParse(withScheme)) return { problem: 'It is not a URL.' };
  const url = new URL(withScheme);
  const isLoopback = loopback.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    return { problem: 'It does not begin with https://.' };
  if (url.username !== '' || url.password !== '') return { problem: 'It contains a user name or a password.' };
  if (!isLoopback && !url.hostname.includes('.')) return { problem: 'Its host name is incomplete.' };
  return { url: withoutBrowserParts(url), ...readHost(url.hostname) };
}

export function partitionOfHost(host: string): Partition | undefined {
  const match = ownedHosts.find(([suffix]) => (suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix));
  return match?.[1];
}

function readHost(host: string): Omit<StartUrl, 'url'> {
  const partition = partitionOfHost(host);
  const isVanity = partition === undefined;
  const region = isVanity ? undefined : regionOfHost(host);
  return { isVanity, region, partition, suggestedName: nameOfHost(host, partition) };
}

/** The region in a host of AWS. Not in the first label, which the customer chose (`corp-dev-1.awsapps.com`). */
export function regionOfHost(host: string): string | undefined {
  return host
    .split('.')
    .slice(1)
    .find((label) => regionLabel.test(label));
}

/** An alias is a useful name; an ID (`d-…`, `ssoins-…`) or a fixed word (`start`) isn't. */
function nameOfHost(host: string, partition: Partition | undefined): string | undefined {
  if (loopback.test(host)) return undefined;
  const labels = host.split('.');
  if (partition === undefined) return labels.at(-2);
  const [first = ''] = labels;
  return /^(?:d|ssoins)-|^(?:start|identitycenter)$/.test(first) ? undefined : first;
}

/** The address without what the portal's page adds to it; a bare AWS host gets its `/start`. */
function withoutBrowserParts(url: URL): string {
  const path = withoutLastSlashes(url.pathname);
  const isPortalRoot = path === '' && /\.awsapps\.(?:com|cn)$/.test(url.hostname) && !url.hostname.startsWith('start.');
  return `${url.protocol}//${url.host}${isPortalRoot ? '/start' : path}`;
}

/** A path or address without the slashes at its end, however many. (An expression would try each run of slashes at each of its places.) */
export function withoutLastSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}

/** Whether two start URLs mean the same portal: the parts that a browser adds, a last slash and the case of the host do not count. */
export function isSameStartUrl(first: string, second: string): boolean {
  return first === second || comparable(first) === comparable(second);
}

function comparable(url: string): string {
  const reading = readStartUrl(url);
  return 'url' in reading ? reading.url : url;
}

/** The name to suggest for a session: the portal's alias or the vanity host's, else `sso`. */
export function suggestSessionName(startUrl: string): string {
  const reading = readStartUrl(startUrl);
  return 'url' in reading && reading.suggestedName !== undefined ? reading.suggestedName : 'sso';
}

/** The sign-in services of a region (botocore `partitions.json`). Other names below amazonaws.com are customers'. */
const signInServices = new RegExp(
  String.raw`^(?:(?:oidc|oidc-fips|device\.sso|portal\.sso)\.${regionLabel.source.slice(1, -1)}\.` +
    String.raw`(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|api\.amazonwebservices\.(?:com\.cn|eu)|` +
    String.raw`c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)|` +
    String.raw`(?:[a-z0-9-]+\.)?signin\.(?:aws|aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn|amazonaws\.eu))$`,
);

/** Whether that host is one of AWS's sign-in hosts. Start URLs elsewhere are vanity URLs that redirect to one. */
export function isSignInHost(hostname: string): boolean {
  return partitionOfHost(hostname) !== undefined || signInServices.test(hostname);
}

/** Whether a host is this very machine. Tests, and stand-ins for AWS, live there. */
export function isLoopbackHost(hostname: string): boolean {
  return loopback.test(hostname);
}

/** Whether others can read what is sent to a URL: plain `http`, and not to this machine. */
export function isInTheClear(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}

/** No sign-in address is longer; systems refuse to start a program with much longer ones. Characters. */
const longestAddress = 8_000;

/**
 * Judges a URL from the network that a browser is to open. `refused`: not https, or with a user name. `shown`: on an
 * unexpected host, so it is printed but not opened. `href` is percent-encoded.
 */
export function classifyAddress(
  address: string,
  expectedHosts: readonly string[],
): { readonly verdict: 'opened' | 'shown'; readonly href: string } | { readonly verdict: 'refused' } {
  if (address.length > longestAddress || !URL.canParse(address)) return { verdict: 'refused' };
  const url = new URL(address);
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.username !== '' || url.password !== '') return { verdict: 'refused' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return { verdict: 'refused' };
  const expected = expectedHosts.some((host) => host === url.host) || isSignInHost(url.hostname);
  return { verdict: expected ? 'opened' : 'shown', href: url.href };
}

/** The hosts of the AWS console by partition. The path is the same everywhere. */
const consoleHosts: Readonly<Record<Partition, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

type Portal = { readonly startUrl: string; readonly region: string };

/** The console's home page, in that Region if one is known. */
export function consoleHome(portal: Portal, region: string | undefined): string {
  return region === undefined
    ? `https://${consoleHost(portal)}/console/home`
    : `https://${region}.${consoleHost(portal)}/console/home?region=${region}`;
}

/** The page of a CloudFormation stack. The console accepts the stack's name instead of its ARN. */
export function stackUrl(portal: Portal, { region, stackName }: { region: string; stackName: string }): string {
  const stack = encodeURIComponent(stackName);
  return `https://${region}.${consoleHost(portal)}/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${stack}`;
}

/**
 * The portal's URL that signs in to the console with an account and role (IAM Identity Center User Guide, "Creating
 * shortcut links to AWS Management Console destinations").
 */
export function consoleUrl(
  { startUrl }: Portal,
  { accountId, roleName, destination }: { accountId: string; roleName: string; destination: string },
): string {
  const reading = readStartUrl(startUrl);
  const portal = 'url' in reading ? reading.url : startUrl;
  const query = new URLSearchParams({ account_id: accountId, role_name: roleName, destination });
  return `${portal}/#/console?${query.toString()}`;
}

/** By the host of the portal; a vanity URL or an old alias of China or GovCloud is recognized by the region of its sign-in. */
function consoleHost({ startUrl, region }: Portal): string {
  const host = URL.canParse(startUrl) ? new URL(startUrl).hostname : '';
  return consoleHosts[partitionOfHost(host) ?? partitionOfRegion(region)];
}

function partitionOfRegion(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}
