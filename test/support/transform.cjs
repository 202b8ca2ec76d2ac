// jest runs CommonJS; TypeScript 7 has no compiler API and middy ships ES modules only, so esbuild translates both.
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

const options = { supported: { 'dynamic-import': false }, format: 'cjs', target: 'node20', sourcemap: 'inline', sourcesContent: false };

module.exports = {
  process(source, file) {
    const loader = file.endsWith('.ts') ? 'ts' : 'js';
    return { code: transformSync(source, { ...options, loader, sourcefile: file }).code };
  },
  getCacheKey(source, file) {
    return createHash('sha256').update([version, JSON.stringify(options), file, source].join('\0')).digest('hex');
  },
};
