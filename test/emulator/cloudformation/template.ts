import { ApiError, isRecord } from '../http.ts';
import type { Caller } from '../service.ts';
import type { World } from '../state.ts';
import type { Template } from './types.ts';
import { parseYaml } from './yaml.ts';

/** The template of a request: its text, from `TemplateBody` or from the object that `TemplateURL` names, and what it says. */
export function readTemplate(
  world: World,
  caller: Caller,
  parameters: URLSearchParams,
): { readonly body: string; readonly template: Template } {
  const url = parameters.get('TemplateURL');
  const body = parameters.get('TemplateBody') ?? (url === null ? undefined : fetchTemplate(world, caller, url));
  if (body === undefined) throw invalid('Either Template URL or Template Body must be specified.');
  const template = parseTemplate(body);
  if (!isRecord(template) || !isRecord(template['Resources'])) {
    throw invalid('Template format error: At least one Resources member must be defined.');
  }
  return { body, template };
}

function parseTemplate(body: string): unknown {
  if (!body.trimStart().startsWith('{')) return parseYaml(body);
  try {
    return JSON.parse(body);
  } catch {
    throw invalid('Template format error: JSON not well-formed.');
  }
}

/** Templates lie in our own S3: `https://BUCKET.s3.REGION.…/KEY`, or with the bucket in the path. */
function fetchTemplate(world: World, caller: Caller, text: string): string {
  const url = new URL(text);
  const [first = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const host = /^(.+)\.s3[.-]/.exec(url.hostname);
  const [bucketName = '', key] = host === null ? [first, rest.join('/')] : [host[1], [first, ...rest].join('/')];
  const bucket = world.buckets.get(bucketName);
  const object = bucket?.account === caller.key.accountId ? bucket.objects.get(key) : undefined;
  if (object === undefined) throw invalid('S3 error: Access Denied');
  return object.body.toString('utf8');
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'ValidationError', message);
}
