import { ApiError } from './http.ts';
import type { AccessKey } from './state.ts';

const reads = /^(?:Get|List|Describe|Head)/;

type Policy = (service: string, operation: string) => boolean;

/** AWS's ReadOnlyAccess: no `sts:AssumeRole`, so the roles of cdk's bootstrap are out of reach as well. */
const readOnly: Policy = (_, operation) => reads.test(operation);

/** What the roles of cdk's bootstrap template may do, by the middle of their names; services as in a signature. */
const bootstrapRoles: Readonly<Record<string, Policy>> = {
  'deploy-role': (service, operation) => service === 'cloudformation' || reads.test(operation),
  'file-publishing-role': (service) => service === 's3',
  'image-publishing-role': (service) => service === 'ecr',
  'lookup-role': readOnly,
};

/** A little IAM: who is named for what they may do, may do only that; everybody else may do everything. */
function policyOf({ arn }: AccessKey): Policy | undefined {
  const [, role = ''] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (/^(?:AWSReservedSSO_)?(?:ReadOnly|ViewOnly)/.test(role)) return readOnly;
  const [, part = ''] = /^cdk-[a-z0-9]+-(.+?)-\d{12}-/.exec(role) ?? [];
  return bootstrapRoles[part];
}

/** The code of a denial, where the service has one of its own. */
const denials: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ec2: [403, 'UnauthorizedOperation'],
  ecr: [400, 'AccessDeniedException'],
  ssm: [400, 'AccessDeniedException'],
};

/** Refuses what the signer's role does not allow. Everybody may ask who they are. */
export function authorize(key: AccessKey, service: string, operation: string): void {
  const policy = policyOf(key);
  if (policy === undefined || operation === 'GetCallerIdentity' || policy(service, operation)) return;
  const [status, code] = denials[service] ?? [403, 'AccessDenied'];
  const action = `${service}:${operation}`;
  const why = `because no identity-based policy allows the ${action} action`;
  throw new ApiError(status, code, `User: ${key.arn} is not authorized to perform: ${action} ${why}`);
}
