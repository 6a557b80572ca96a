declare module 'steadfetch/wasm?url' {
  const url: string;
  export default url;
}
