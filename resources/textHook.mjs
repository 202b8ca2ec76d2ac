import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import textFiles from './textFiles.cjs';

/** Node's hook for loading a module: a text file is a module whose default export is its text. */
export function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !textFiles.test(new URL(url).pathname)) return nextLoad(url, context);
  const text = readFileSync(fileURLToPath(url), 'utf8');
  return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
}
