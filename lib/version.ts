/** Put in by the bundler from package.json. */
declare const __CDKX_VERSION__: string | undefined;

/** The version of this cdkx. */
export const version: string = typeof __CDKX_VERSION__ === 'string' ? __CDKX_VERSION__ : '0.0.0-development';
