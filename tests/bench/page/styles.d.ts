// Style sheets as texts: pages.mjs bundles them so.
declare module '*.css' {
  const text: string;
  export default text;
}
