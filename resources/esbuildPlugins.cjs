// The SDK describes every operation of a service in one module, as arrays that name their parts by computed keys:
// { [_eQN]: 'DryRun' }. esbuild keeps what has computed keys, because computing them might do something, and so each bundle
// held all 780 operations of EC2. Written as the texts that they are, what nobody uses falls away: 1.16 MB become 0.56 MB.
const { readFileSync } = require('node:fs');
const textFiles = require('./textFiles.cjs');

const schemas = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]\w+\.js$/;

const plainSchemaKeys = {
  name: 'plain-schema-keys',
  setup(build) {
    build.onLoad({ filter: schemas }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const texts = new Map([...source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]));
      return { contents: source.replace(/\[(_\w+)\](?=:)/g, (key, name) => texts.get(name) ?? key), loader: 'js' };
    });
  },
};

/** Units, configurations and scripts are imported as text. */
const filesAsText = {
  name: 'files-as-text',
  setup(build) {
    build.onLoad({ filter: textFiles }, ({ path }) => ({ contents: readFileSync(path), loader: 'text' }));
  },
};

module.exports = () => [plainSchemaKeys, filesAsText];
