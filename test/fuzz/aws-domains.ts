/** Domains of AWS's partitions, written down here once more: the program is not to judge itself. Customers own names below some of them. */
export const awsDomains: readonly string[] = [
  'awsapps.com',
  'awsapps.cn',
  'app.aws',
  'api.aws',
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'app.amazonwebservices.com.cn',
  'api.amazonwebservices.com.cn',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
  'signin.aws',
  's3.amazonaws.com',
  'execute-api.eu-west-1.amazonaws.com',
];

/** Below these there are access portals only. */
const portalDomains = [
  'awsapps.com',
  'awsapps.cn',
  'app.aws',
  'portal.amazonaws.com',
  'portal.amazonaws.com.cn',
  'portal.amazonaws.eu',
  'api.amazonwebservices.eu',
  'app.amazonwebservices.com.cn',
];
const services = ['oidc', 'oidc-fips', 'device.sso', 'portal.sso'];
const signInDomains = ['signin.aws', 'signin.aws.amazon.com', 'signin.amazonaws.cn', 'signin.amazonaws-us-gov.com'];

/** Whether AWS itself answers on a host when somebody signs in, told label by label from the left and the right. */
export function isOfAws(hostname: string): boolean {
  const isBelow = (domain: string) => hostname.endsWith(`.${domain}`);
  const [service] = services.filter((each) => hostname.startsWith(`${each}.`));
  const [region = '', ...rest] = hostname.slice((service ?? '').length + 1).split('.');
  const isService =
    service !== undefined &&
    /^[a-z]+(-[a-z]+)+-[0-9]$/.test(region) &&
    awsDomains.slice(3, 14).includes(rest.join('.'));
  const isSignIn = signInDomains.some((domain) => {
    const before = hostname.slice(0, -domain.length - 1);
    return hostname === domain || (isBelow(domain) && !before.includes('.'));
  });
  return isService || isSignIn || portalDomains.some(isBelow) || identityCenters.includes(hostname);
}

const identityCenters = [
  'identitycenter.amazonaws.com',
  'identitycenter.us-gov.amazonaws.com',
  'identitycenter.amazonaws.com.cn',
  'identitycenter.amazonaws.eu',
];
