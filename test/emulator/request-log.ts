/** What the stand-in remembers of one request. It never holds a secret. */
export interface RequestRecord {
  /** Milliseconds since the epoch, in real time. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** `sso-oidc`, `sso`, `sts`, `cloudformation` …, or `unknown`. */
  readonly service: string;
  /** API name, such as `CreateToken`; for pages and unknown paths the path itself. */
  readonly operation: string;
  /** Short name of CreateToken's grant: `device_code`, `authorization_code`, `refresh_token`. */
  readonly grant?: string;
  /** What it asks for: `bucket/key`, a stack's name or ARN, the ARN of the role to assume, the portal's `account/role`. */
  readonly target?: string;
  readonly account?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly userAgent?: string;
  /** HTTP status sent; 0 where the connection was cut or left hanging. */
  status: number;
  /** Error code of the service, where it refused. */
  error?: string;
  /** Kind of fault that was played. */
  fault?: string;
}
