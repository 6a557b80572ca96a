/** Where a bundler has put the Wasm file: for `createSteadfetch({ wasm })` of `steadfetch/slim`. */
declare const url: string;
export default url;
