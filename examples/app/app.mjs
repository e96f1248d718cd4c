// A CDK app as any other: it knows nothing of cdkx. Run it with `cdkx deploy` in this folder.
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

/** A bucket, a parameter that names it, and a folder that travels along as an asset. */
class GreetingStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const bucket = new Bucket(this, 'Greetings', { removalPolicy: RemovalPolicy.DESTROY });
    const parameter = new StringParameter(this, 'GreetingsBucketName', { stringValue: bucket.bucketName });

    // `cdk deploy` zips this folder and uploads it to the account's bootstrap bucket.
    const asset = new Asset(this, 'Greeting', { path: `${import.meta.dirname}/greeting` });

    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'ParameterName', { value: parameter.parameterName });
    new CfnOutput(this, 'AssetUrl', { value: asset.s3ObjectUrl });
  }
}

// `cdk` tells the app which account and region its credentials belong to.
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
new GreetingStack(new App(), 'Greeting', { env, description: 'The example application of cdkx' });
