import { createHash } from 'node:crypto';
import { ApiError, header, type Call, type Reply } from './http.ts';
import { xml } from './query-protocol.ts';
import { readPayload } from './s3-payload.ts';
import type { Bucket, StoredObject } from './s3-store.ts';
import type { World } from './state.ts';
import { escapeXml, toXml, type XmlValue } from './xml.ts';

/** One request, with the bucket it may use and the object key, empty for the bucket itself. */
export interface S3Request {
  readonly world: World;
  readonly call: Call;
  readonly bucket: Bucket;
  readonly key: string;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const EMPTY: Reply = { status: 204, headers: {}, body: '' };

function document(root: string, content: string): Reply {
  const { body, status } = xml(200, `<${root} xmlns="${NAMESPACE}">${content}</${root}>`);
  return { status, headers: { 'Content-Type': 'application/xml' }, body };
}

function requireObject({ bucket, key }: S3Request): StoredObject {
  const object = bucket.objects.get(key);
  if (object === undefined) throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.');
  return object;
}

function putObject({ call, bucket, key }: S3Request): Reply {
  const body = readPayload(call);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const contentType = header(call, 'content-type') ?? 'application/octet-stream';
  bucket.objects.set(key, { body, contentType, etag, lastModified: new Date(), tags: {} });
  return { status: 200, headers: { ETag: etag }, body: '' };
}

function getObject(request: S3Request): Reply {
  const { body, contentType, etag, lastModified } = requireObject(request);
  const headers = {
    'Content-Type': contentType,
    'Content-Length': String(body.length),
    ETag: etag,
    'Last-Modified': lastModified.toUTCString(),
  };
  return { status: 200, headers, body: request.call.method === 'HEAD' ? '' : body };
}

function listObjects({ call, bucket }: S3Request): Reply {
  const prefix = call.query.get('prefix') ?? '';
  const after = call.query.get('continuation-token') ?? '';
  const size = Number(call.query.get('max-keys') ?? 1000);
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, size);
  const contents = page.map((key) => {
    const object = bucket.objects.get(key);
    const members: XmlValue = {
      Key: key,
      LastModified: object?.lastModified.toISOString(),
      ETag: object?.etag,
      Size: object?.body.length,
      StorageClass: 'STANDARD',
    };
    return `<Contents>${toXml(members)}</Contents>`;
  });
  const isTruncated = keys.length > page.length;
  const head: XmlValue = {
    Name: bucket.name,
    Prefix: prefix,
    KeyCount: page.length,
    MaxKeys: size,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? page.at(-1) : undefined,
  };
  return document('ListBucketResult', toXml(head) + contents.join(''));
}

function deleteObjects({ call, bucket }: S3Request): Reply {
  const keys = [
    ...readPayload(call)
      .toString('utf8')
      .matchAll(/<Key>([^<]*)<\/Key>/g),
  ].map(([, key = '']) => key);
  for (const key of keys) bucket.objects.delete(key);
  return document('DeleteResult', keys.map((key) => `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`).join(''));
}

function putTags(request: S3Request): Reply {
  const text = readPayload(request.call).toString('utf8');
  const pairs = [...text.matchAll(/<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>/g)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);
  requireObject(request).tags = Object.fromEntries(pairs) as Record<string, string>;
  return { ...EMPTY, status: 200 };
}

function getTags(request: S3Request): Reply {
  const tags = Object.entries(requireObject(request).tags).map(([Key, Value]) => `<Tag>${toXml({ Key, Value })}</Tag>`);
  return document('Tagging', `<TagSet>${tags.join('')}</TagSet>`);
}

/** Operations by method, `object` or `bucket`, and the query's sub-resource. */
export const S3_OPERATIONS: Readonly<Record<string, readonly [name: string, handle: (request: S3Request) => Reply]>> = {
  'PUT object': ['PutObject', putObject],
  'GET object': ['GetObject', getObject],
  'HEAD object': ['HeadObject', getObject],
  'DELETE object': ['DeleteObject', ({ bucket, key }) => (bucket.objects.delete(key), EMPTY)],
  'GET object tagging': ['GetObjectTagging', getTags],
  'PUT object tagging': ['PutObjectTagging', putTags],
  'DELETE object tagging': ['DeleteObjectTagging', (request) => ((requireObject(request).tags = {}), EMPTY)],
  'HEAD bucket': [
    'HeadBucket',
    ({ bucket }) => ({ status: 200, headers: { 'x-amz-bucket-region': bucket.region }, body: '' }),
  ],
  'GET bucket': ['ListObjectsV2', listObjects],
  'POST bucket delete': ['DeleteObjects', deleteObjects],
  'GET bucket location': ['GetBucketLocation', ({ bucket }) => document('LocationConstraint', bucket.region)],
  'GET bucket versioning': [
    'GetBucketVersioning',
    () => document('VersioningConfiguration', '<Status>Enabled</Status>'),
  ],
  'GET bucket encryption': [
    'GetBucketEncryption',
    () =>
      document(
        'ServerSideEncryptionConfiguration',
        '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
      ),
  ],
};
