import { createHash } from 'node:crypto';
import type { Environment } from '../environment.ts';

/** The property that names a resource, for types that may be named. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** The name a template gives a resource, if it gives one. */
export function givenName(type: string, properties: Readonly<Record<string, unknown>>): string | undefined {
  const name = properties[NAME_PROPERTIES[type] ?? ''];
  return typeof name === 'string' ? name : undefined;
}

/** A name as CloudFormation makes them up: stack, logical id, and a suffix that stays the same as long as the stack lives. */
export function madeUpName(stackName: string, stackId: string, logicalId: string, type: string): string {
  const suffix = createHash('sha256').update(`${stackId}/${logicalId}`).digest('hex').slice(0, 12);
  const name = `${stackName}-${logicalId}-${suffix}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : type === 'AWS::SSM::Parameter' ? `CFN-${name}` : name;
}

/** A resource's attribute, as far as templates commonly ask for it. */
export function attributeOf(
  type: string,
  physicalId: string,
  attribute: string,
  { account, region }: Environment,
): string {
  if (type === 'AWS::S3::Bucket') {
    if (attribute === 'Arn') return `arn:aws:s3:::${physicalId}`;
    if (attribute === 'RegionalDomainName') return `${physicalId}.s3.${region}.amazonaws.com`;
    if (attribute === 'DomainName') return `${physicalId}.s3.amazonaws.com`;
  }
  if (type === 'AWS::IAM::Role' && attribute === 'Arn') return `arn:aws:iam::${account}:role/${physicalId}`;
  if (attribute !== 'Arn') return `${physicalId}.${attribute}`;
  const [, service = 'unknown', kind = 'resource'] = type.toLowerCase().split('::');
  return `arn:aws:${service}:${region}:${account}:${kind}/${physicalId}`;
}
