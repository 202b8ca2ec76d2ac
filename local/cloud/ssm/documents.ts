import { createHash } from 'node:crypto';
import * as yaml from 'yaml';
import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { arnOf, tableOf, type World } from '../world.ts';

/** A document with all its versions, the first at index 0. */
export interface Document {
  readonly name: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly defaultVersion: number;
  readonly targetType?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly DocumentVersion[];
}

export interface DocumentVersion {
  readonly content: string;
  readonly format: 'JSON' | 'YAML';
  readonly createdAt: number;
}

const parameter = z.strictObject({
  type: z.enum(['String', 'StringList', 'Boolean', 'Integer', 'StringMap', 'MapList']),
  description: z.string().optional(),
  default: z.unknown().optional(),
  displayType: z.string().optional(),
  allowedValues: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  allowedPattern: z.string().optional(),
  minChars: z.int().optional(),
  maxChars: z.int().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
});
export type DocumentParameter = z.infer<typeof parameter>;

const command = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  parameters: z.record(z.string(), parameter).optional(),
  mainSteps: z
    .array(
      z.strictObject({
        action: z.string(),
        name: z.string().regex(/^[a-zA-Z0-9_-]+$/),
        inputs: z.record(z.string(), z.unknown()).optional(),
        precondition: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .min(1),
});
export type CommandDocument = z.infer<typeof command>;

const documents = tableOf<Document>('ssm.documents');

/** The largest document (source: Systems Manager quotas). */
const largestDocumentBytes = 64 * 1024;

/** What Amazon's own document looks like from outside: enough to refuse it, or to run it where someone may. */
const runShellScript: Document = {
  name: 'AWS-RunShellScript',
  owner: 'Amazon',
  createdAt: Date.UTC(2017, 7, 31),
  defaultVersion: 1,
  tags: {},
  versions: [
    {
      format: 'JSON',
      createdAt: Date.UTC(2017, 7, 31),
      content: JSON.stringify({
        schemaVersion: '2.2',
        description: 'Run a shell script or specify the commands to run.',
        parameters: {
          commands: { type: 'StringList', minItems: 1, displayType: 'textarea' },
          workingDirectory: { type: 'String', default: '', maxChars: 4096 },
          executionTimeout: { type: 'String', default: '3600', allowedPattern: '^[0-9]{1,6}$' },
        },
        mainSteps: [
          {
            action: 'aws:runShellScript',
            name: 'runShellScript',
            inputs: {
              timeoutSeconds: '{{ executionTimeout }}',
              runCommand: '{{ commands }}',
              workingDirectory: '{{ workingDirectory }}',
            },
          },
        ],
      }),
    },
  ],
};

export function findDocument(world: World, nameOrArn: string): Document | undefined {
  const name = nameOrArn.startsWith('arn:') ? (nameOrArn.split(':document/')[1] ?? nameOrArn) : nameOrArn;
  return name === runShellScript.name ? runShellScript : documents(world).get(name);
}

/** The document of this name or ARN, or AWS's InvalidDocument. */
export function documentNamed(world: World, nameOrArn: string): Document {
  const document = findDocument(world, nameOrArn);
  if (!document) throw new AwsError('InvalidDocument', `Document with name ${nameOrArn} does not exist.`);
  return document;
}

export function putDocument(world: World, document: Document): void {
  documents(world).put(document.name, document);
}

export function removeDocument(world: World, name: string): void {
  documents(world).delete(name);
}

/** Amazon's documents belong to no account. */
export function documentArn(world: World, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  if (nameOrArn.startsWith('AWS-')) return `arn:aws:ssm:${world.region}::document/${nameOrArn}`;
  return arnOf(world, 'ssm', `document/${nameOrArn}`);
}

/** The number of a version's name: `$DEFAULT`, `$LATEST`, `3`. */
export function versionNumber(document: Document, version: string | undefined): number {
  if (version === undefined || version === '$DEFAULT') return document.defaultVersion;
  const number = version === '$LATEST' ? document.versions.length : Number(version);
  if (!document.versions[number - 1]) {
    throw new AwsError('InvalidDocumentVersion', `Document version ${version} is not valid.`);
  }
  return number;
}

export function contentOf(document: Document, number: number): DocumentVersion {
  return document.versions[number - 1] as DocumentVersion;
}

/** The sha256 of a document's text, as `DocumentHash` has it. */
export function hashOf(version: DocumentVersion): string {
  return createHash('sha256').update(version.content).digest('hex');
}

/** Reads a Command document; what AWS refuses is InvalidDocumentContent, what it knows beyond the model NotModelled. */
export function parseDocument({ content, format }: Omit<DocumentVersion, 'createdAt'>): CommandDocument {
  if (Buffer.byteLength(content) > largestDocumentBytes) {
    throw new AwsError('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.');
  }
  const parsed = command.safeParse(parseText(content, format));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new NotModelled('ssm', 'document', [...issue.path, issue.keys[0]].join('.'));
  throw new AwsError('InvalidDocumentContent', `${issue?.path.join('.')}: ${issue?.message}`);
}

function parseText(content: string, format: 'JSON' | 'YAML'): unknown {
  try {
    return format === 'JSON' ? JSON.parse(content) : yaml.parse(content);
  } catch {
    throw new AwsError('InvalidDocumentContent', `The content for the document is not valid ${format}.`);
  }
}
