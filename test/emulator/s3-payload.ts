import { header, type Call } from './http.ts';

/** The body of an upload: as sent, or put together from `aws-chunked` pieces (`SIZE[;signature]\r\nBYTES\r\n … 0\r\n trailers`). */
export function readPayload(call: Call): Buffer {
  const isChunked = (header(call, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-');
  if (!isChunked) return call.body;
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = call.body.indexOf('\r\n', at);
    const size = Number.parseInt(call.body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(pieces);
    const start = lineEnd + 2;
    pieces.push(call.body.subarray(start, start + size));
    at = start + size + 2;
  }
}
