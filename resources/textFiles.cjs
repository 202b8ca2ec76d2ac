// Files that machines and Kubernetes read as they are: units, configurations, rules and scripts. TypeScript imports them as text.
// Every way to run the sources asks here: sources.mjs (Node), esbuildPlugins.cjs (functions and the npm package), jest's transform.
// TypeScript itself reads the same list in textFiles.d.ts.
const suffixes = ['service', 'timer', 'conf', 'link', 'nft', 'toml', 'yaml', 'kubeconfig', 'conflist', 'sh', 'Corefile'];

module.exports = new RegExp(`\\.(${suffixes.join('|')})$`);
module.exports.suffixes = suffixes;
