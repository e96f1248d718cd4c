import { randomUUID } from 'node:crypto';
import { ApiError, header, type Call } from './http.ts';
import { xml } from './query-protocol.ts';
import { S3_OPERATIONS } from './s3-operations.ts';
import type { Bucket } from './s3-store.ts';
import type { Caller, Operation, Service } from './service.ts';
import type { World } from './state.ts';
import { toXml } from './xml.ts';

const SUBRESOURCES = ['tagging', 'delete', 'location', 'versioning', 'encryption'];

/** S3 with the bucket in the path, as SDKs ask for it on loopback, or in the host name, as they ask for it at AWS. */
export const s3Service: Service = {
  name: 's3',
  find(call): Operation | undefined {
    const { bucketName, key } = addressOf(call);
    const sub = SUBRESOURCES.find((name) => call.query.has(name));
    const found =
      S3_OPERATIONS[[call.method, key === '' ? 'bucket' : 'object', ...(sub === undefined ? [] : [sub])].join(' ')];
    if (found === undefined) return undefined;
    return {
      name: found[0],
      target: `${bucketName}/${key}`,
      handle: (world, caller) => found[1]({ world, call, key, bucket: openBucket(world, call, caller, bucketName) }),
    };
  },
  renderError(error, call) {
    const body = `<Error>${toXml({ Code: error.code, Message: error.message, RequestId: randomUUID() })}</Error>`;
    const reply = xml(error.status, body);
    return call.method === 'HEAD'
      ? { ...reply, body: '' }
      : { ...reply, headers: { 'Content-Type': 'application/xml' } };
  },
};

/** Path-style and virtual-hosted-style addresses: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function addressOf(call: Call): { readonly bucketName: string; readonly key: string } {
  const hosted = /^(.+)\.s3[.-](?:[\w-]+\.)?amazonaws\.com$/.exec(header(call, 'host') ?? '')?.[1];
  const [first = '', ...rest] = call.path.slice(1).split('/');
  return hosted === undefined
    ? { bucketName: first, key: decodeURIComponent(rest.join('/')) }
    : { bucketName: hosted, key: decodeURIComponent(call.path.slice(1)) };
}

/** The bucket, if it is there and the caller's account owns it. */
function openBucket(world: World, call: Call, caller: Caller | undefined, name: string): Bucket {
  const bucket = world.buckets.get(name);
  if (bucket === undefined) throw new ApiError(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const expectedOwner = header(call, 'x-amz-expected-bucket-owner') ?? bucket.account;
  if (bucket.account !== caller?.key.accountId || expectedOwner !== bucket.account)
    throw new ApiError(403, 'AccessDenied', 'Access Denied');
  return bucket;
}
