import { header, type Call } from '../http.ts';
import type { InstanceOptions } from '../options.ts';

/** The hosts of Identity Center's APIs and pages: https://docs.aws.amazon.com/general/latest/gr/sso.html */
const hosts = /^(?:oidc|portal\.sso|device\.sso)(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/;

/**
 * The region that a request goes to, by the host it names. An endpoint override (`AWS_ENDPOINT_URL`) leads here under a host that names none,
 * so such a request counts as one to the right region: what the region should have been only a client without overrides can show.
 */
export function regionOf(call: Call): string | undefined {
  return hosts.exec((header(call, 'host') ?? '').replace(/:\d+$/, ''))?.[1];
}

/** Whether an instance answers there: one of another region is as unknown as one that does not exist. */
export function isOfRegion({ region }: InstanceOptions, call: Call): boolean {
  return (regionOf(call) ?? region) === region;
}
