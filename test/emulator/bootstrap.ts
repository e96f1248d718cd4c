import { provision } from './cloudformation/provision.ts';
import { addStack } from './cloudformation/stacks.ts';
import type { Template } from './cloudformation/types.ts';
import { environmentOf } from './environment.ts';
import type { World } from './state.ts';

const ROLES = ['deploy-role', 'file-publishing-role', 'image-publishing-role', 'lookup-role', 'cfn-exec-role'];

/** The part of cdk's bootstrap template that `cdk` relies on: bucket, roles, version. A real `cdk bootstrap` replaces it. */
const TEMPLATE: Template = {
  Parameters: {
    TrustedAccounts: { Type: 'CommaDelimitedList', Default: '' },
    TrustedAccountsForLookup: { Type: 'CommaDelimitedList', Default: '' },
  },
  Resources: {
    StagingBucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' } },
      DeletionPolicy: 'Retain',
    },
    CdkBootstrapVersion: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Name: '/cdk-bootstrap/hnb659fds/version', Value: '30' },
    },
    ContainerAssetsRepository: {
      Type: 'AWS::ECR::Repository',
      Properties: { RepositoryName: { 'Fn::Sub': 'cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}' } },
    },
    ...Object.fromEntries(ROLES.map((name) => [logicalId(name), roleOf(name)])),
  },
  Outputs: {
    BucketName: { Value: { Ref: 'StagingBucket' } },
    BucketDomainName: { Value: { 'Fn::GetAtt': ['StagingBucket', 'RegionalDomainName'] } },
    ImageRepositoryName: { Value: { Ref: 'ContainerAssetsRepository' } },
    BootstrapVersion: { Value: '30' },
  },
};

function logicalId(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function roleOf(name: string): unknown {
  const roleName = `cdk-hnb659fds-${name}-\${AWS::AccountId}-\${AWS::Region}`;
  return { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Sub': roleName } } };
}

/** Bootstraps an account in a region, as `cdk bootstrap` would have. */
export function bootstrap(world: World, account: string, region: string): void {
  const environment = environmentOf(world, account, region);
  const stack = addStack(environment, 'CDKToolkit', 'CREATE_IN_PROGRESS', world.clock.now());
  const parameters = { TrustedAccounts: '', TrustedAccountsForLookup: '' };
  provision(
    world,
    environment,
    stack,
    { template: TEMPLATE, body: JSON.stringify(TEMPLATE), parameters, tags: {} },
    'CREATE',
  );
}

/** Bootstraps whatever the options say is bootstrapped from the start. */
export function bootstrapAccounts(world: World): void {
  for (const { id, bootstrapped = [] } of world.settings.accounts) {
    for (const region of bootstrapped) bootstrap(world, id, region);
  }
}
