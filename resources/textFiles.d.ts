// The suffixes of textFiles.cjs, for the compiler: `import unit from './etcd.service'` is the file's text.
declare module '*.service' {
  const text: string;
  export default text;
}
declare module '*.timer' {
  const text: string;
  export default text;
}
declare module '*.conf' {
  const text: string;
  export default text;
}
declare module '*.link' {
  const text: string;
  export default text;
}
declare module '*.nft' {
  const text: string;
  export default text;
}
declare module '*.toml' {
  const text: string;
  export default text;
}
declare module '*.yaml' {
  const text: string;
  export default text;
}
declare module '*.kubeconfig' {
  const text: string;
  export default text;
}
declare module '*.conflist' {
  const text: string;
  export default text;
}
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.Corefile' {
  const text: string;
  export default text;
}
