import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { usageError } from './exitCodes.ts';

/** The text of a spec file: the spec itself, or the sample input of an invocation that holds one. */
export function readSpecFile(file: string): string {
  const text = read(file);
  const request = requestIn(text);
  return request === undefined ? text : stringify(request);
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw usageError(`-f ${file}: ${why}. events/ holds two specs to begin with.`);
  }
}

/** What cannot be read here is the API's to judge: it tells the line. */
function requestIn(text: string): unknown {
  try {
    const document: unknown = parse(text);
    const isRequest =
      typeof document === 'object' && document !== null && 'operation' in document && 'spec' in document;
    return isRequest ? document.spec : undefined;
  } catch {
    return undefined;
  }
}
