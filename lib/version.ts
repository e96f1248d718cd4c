/** Replaced by the bundler with the version in package.json. */
declare const __CDKX_VERSION__: string | undefined;

export const version: string = typeof __CDKX_VERSION__ === 'string' ? __CDKX_VERSION__ : '0.0.0-development';
