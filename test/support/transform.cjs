// jest runs CommonJS; TypeScript 7 has no compiler API and middy ships ES modules only, so esbuild translates both.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync, version } = require('esbuild');
const textFiles = require('../../resources/textFiles.cjs');

const options = { supported: { 'dynamic-import': false }, format: 'cjs', target: 'node20', sourcemap: 'inline', sourcesContent: false };

/** The module of a text file. jest hands over a script without its first line, `#!/bin/bash`. */
const asText = (file) => `exports.__esModule = true; exports.default = ${JSON.stringify(readFileSync(file, 'utf8'))};`;

module.exports = {
  process(source, file) {
    if (textFiles.test(file)) return { code: asText(file) };
    const loader = file.endsWith('.ts') ? 'ts' : 'js';
    return { code: transformSync(source, { ...options, loader, sourcefile: file }).code };
  },
  getCacheKey(source, file) {
    const content = textFiles.test(file) ? asText(file) : source;
    return createHash('sha256').update([version, JSON.stringify(options), file, content].join('\0')).digest('hex');
  },
};
