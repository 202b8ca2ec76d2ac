const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

/** Every function's source below a folder of functions/, as `functions/steps/network/createVpc`. */
const functionSources = (folder = 'functions') =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return functionSources(path);
    return path.endsWith('.ts') ? [path.slice(0, -'.ts'.length)] : [];
  });

/** `CreateVpc` of `createVpc`: how resources, states and roles are named after functions. */
const pascal = (name) => name[0].toUpperCase() + name.slice(1);

module.exports = { functionSources, pascal };
