import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';

jest.setTimeout(600_000); // 68 bundles, on a machine that may be busy

const MiB = 1024 * 1024;

/** What one function may weigh, minified: it must load before the function can begin. */
const largestBundle = MiB;

/** CloudFormation reads templates of at most 1 MB from S3 (source: its quotas). */
const largestTemplate = 1_000_000;

let folder: string;
let bundles: readonly { readonly name: string; readonly code: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-package-'));
  const serverless = join('node_modules', '.bin', 'sls');
  const { TEMPLATE_ONLY: _, ...environment } = process.env;
  await promisify(execFile)(serverless, ['package', '--package', folder], {
    env: { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxBuffer: 16 * MiB,
  });
  bundles = readdirSync(folder)
    .filter((file) => file.endsWith('.zip'))
    .map((file) => ({ name: basename(file, '.zip'), code: codeIn(join(folder, file)) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every function has a bundle', () => {
  const functions = readdirSync('functions', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(bundles.map(({ name }) => name).sort()).toEqual(functions.map((file) => basename(file, '.ts')).sort());
});

test('no bundle weighs more than 1 MiB', () => {
  const sizes = bundles.map(({ name, code }) => ({ name, bytes: Buffer.byteLength(code) }));
  expect(sizes.filter(({ bytes }) => bytes > largestBundle)).toEqual([]);
});

test('no bundle holds anything that exists only to run without AWS', () => {
  // Names of the model that survive minifying, because they are texts.
  const marks = ['NotModelled', 'Embedded model of AWS'];
  expect(bundles.filter(({ code }) => marks.some((mark) => code.includes(mark))).map(({ name }) => name)).toEqual([]);
});

test('the names of errors survive minifying: states match them', () => {
  const create = bundles.find(({ name }) => name === 'createVpc');
  expect(create?.code).toMatch(/["'`]NotReady["'`]/);
});

test('the template is one that CloudFormation takes', () => {
  const template = join(folder, 'cloudformation-template-update-stack.json');
  expect(existsSync(template)).toBe(true);
  expect(statSync(template).size).toBeLessThan(largestTemplate);
  const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as { Resources: object };
  expect(Object.keys(Resources).length).toBeLessThan(500);
});

/** The code of a function's zip file: the entries' contents, read by the central directory (source: PKWARE's APPNOTE). */
function codeIn(zipFile: string): string {
  const zip = readFileSync(zipFile);
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  const count = zip.readUInt16LE(end + 10);
  let entry = zip.readUInt32LE(end + 16);
  let code = '';
  for (let index = 0; index < count; index++) {
    const method = zip.readUInt16LE(entry + 10);
    const length = zip.readUInt32LE(entry + 20);
    const header = zip.readUInt32LE(entry + 42);
    const content = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const bytes = zip.subarray(content, content + length);
    code += (method === 0 ? bytes : inflateRawSync(bytes)).toString('utf8');
    entry += 46 + zip.readUInt16LE(entry + 28) + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
  }
  return code;
}
