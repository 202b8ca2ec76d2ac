import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { parseSpec } from '../shared/spec/parseSpec.ts';
import { describeProblems } from '../shared/spec/problems.ts';
import { readSpecText as readText } from '../shared/spec/specText.ts';
import { problemsOfDocument } from '../shared/validation/validateSpec.ts';
import { CommandFailure, exitCodes, usageError } from './exitCodes.ts';

/** The text of a spec, and the cluster that it is of. */
export interface SpecFile {
  readonly name: string;
  readonly body: string;
}

/** Reads a spec file. Problems that can be seen without an account are reported here, before any request. */
export function readSpecFile(file: string): SpecFile {
  const body = readSpecText(file);
  const parsed = parseSpec(body);
  if ('problems' in parsed) throw new CommandFailure(exitCodes.invalid, describeProblems(problemsOfDocument(parsed)));
  return { name: parsed.spec.metadata.name, body };
}

/** The text of a spec file: the spec itself, or the sample input of an invocation that holds one. */
export function readSpecText(file: string): string {
  const text = read(file);
  const request = requestIn(text);
  if (request === undefined) return text;
  const { operation, spec, ...others } = request;
  if (operation !== 'createCluster' && operation !== 'reconfigureCluster')
    throw usageError(`-f ${file}: it asks for ${JSON.stringify(operation)}; -f takes the spec of a cluster.`);
  const ignored = Object.keys(others);
  if (ignored.length > 0)
    throw usageError(
      `-f ${file}: only the spec of a request file counts here, and this one says ${ignored.join(', ')} too. ` +
        'Take it out; kubestep plan touches nothing, --take-over takes a lock over.',
    );
  if (spec === undefined) throw usageError(`-f ${file}: it asks for ${operation} and holds no spec.`);
  return stringify(spec);
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw usageError(`-f ${file}: ${whyUnreadable(error as NodeJS.ErrnoException)}.`);
  }
}

function whyUnreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : message;
}

/** What is no request is judged as a spec, which names the line that cannot be read. */
function requestIn(text: string): { readonly operation: unknown; readonly spec: unknown } | undefined {
  const read = readText(text);
  if ('problems' in read) return undefined;
  const { document } = read;
  if (typeof document !== 'object' || document === null || !('operation' in document)) return undefined;
  return { spec: undefined, ...document };
}
