/** An object in a bucket. */
export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  readonly lastModified: Date;
  tags: Readonly<Record<string, string>>;
}

/** A bucket; names are global, as in S3. */
export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly objects: Map<string, StoredObject>;
}
