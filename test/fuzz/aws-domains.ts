/** The domains of AWS's partitions, written down here once more: the program is not to judge itself. */
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
];

/** Whether a host is one of AWS's: below one of those domains, compared label by label from the right. */
export function isOfAws(hostname: string): boolean {
  const labels = hostname.split('.').toReversed();
  return awsDomains.some((domain) => {
    const wanted = domain.split('.').toReversed();
    return labels.length > wanted.length && wanted.every((label, index) => labels[index] === label);
  });
}
