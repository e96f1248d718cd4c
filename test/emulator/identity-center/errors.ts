import { ApiError, json, type Reply } from '../http.ts';

/** Error words of the OIDC API with the exception's name and HTTP status. */
const OIDC_ERRORS = {
  invalid_request: ['InvalidRequestException', 400, 'Invalid request'],
  invalid_client: ['InvalidClientException', 401, 'Invalid client'],
  invalid_grant: ['InvalidGrantException', 400, 'Invalid grant provided'],
  unauthorized_client: ['UnauthorizedClientException', 400, 'Client is not authorized for this grant'],
  unsupported_grant_type: ['UnsupportedGrantTypeException', 400, 'Unsupported grant type'],
  invalid_scope: ['InvalidScopeException', 400, 'Invalid scope'],
  invalid_client_metadata: ['InvalidClientMetadataException', 400, 'Invalid client metadata'],
  invalid_redirect_uri: ['InvalidRedirectUriException', 400, 'Invalid redirect uri'],
  authorization_pending: ['AuthorizationPendingException', 400, ''],
  slow_down: ['SlowDownException', 400, ''],
  expired_token: ['ExpiredTokenException', 400, 'Token has expired'],
  access_denied: ['AccessDeniedException', 400, 'Access denied'],
  server_error: ['InternalServerException', 500, 'Unexpected error'],
} as const;

export type OidcErrorWord = keyof typeof OIDC_ERRORS;

/** The refusal for an error word of the OIDC API. `detail` says to a test's reader what was wrong. */
export function oidcError(word: OidcErrorWord, detail?: string): ApiError {
  const [, status, description] = OIDC_ERRORS[word];
  return new ApiError(status, word, detail ?? description);
}

/** Renders a refusal as the OIDC API does: RFC 6749 words in the body, the exception's name in `x-amzn-ErrorType`. */
export function renderOidcError(error: ApiError): Reply {
  const known = Object.entries(OIDC_ERRORS).find(([word]) => word === error.code);
  const exception = known?.[1][0] ?? error.code;
  const body = { error: error.code, error_description: error.message };
  return json(error.status, body, {
    'x-amzn-ErrorType': `${exception}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/`,
  });
}

/** Renders a refusal as the portal API does. */
export function renderPortalError(error: ApiError): Reply {
  const body = { message: error.message, __type: `com.amazonaws.switchboard.portal#${error.code}` };
  return json(error.status, body, {
    'x-amzn-ErrorType': `${error.code}:http://internal.amazon.com/coral/com.amazonaws.switchboard.portal/`,
  });
}
