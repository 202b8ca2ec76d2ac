import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import {
  contentOf,
  type Document,
  documentArn,
  documentNamed,
  findDocument,
  hashOf,
  parseDocument,
  putDocument,
  removeDocument,
  versionNumber,
} from './documents.ts';
import { documentTags } from './documentTags.ts';

const format = z.enum(['JSON', 'YAML']).default('JSON');

export const CreateDocument = operation({
  input: z.strictObject({
    Name: z.string().regex(/^[a-zA-Z0-9_.-]{3,128}$/),
    Content: z.string().min(1),
    DocumentType: z.enum(['Command', 'Automation', 'Policy', 'Session', 'Package']).default('Command'),
    DocumentFormat: format,
    TargetType: z.string().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  access: (world, input) => {
    const tags = input.Tags ?? [];
    const context = {
      ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
      ...(tags.length > 0 && { 'aws:TagKeys': tags.map((tag) => tag.Key) }),
    };
    const resource = documentArn(world, input.Name);
    return [
      { action: 'ssm:CreateDocument', resource, context },
      ...(tags.length > 0 ? [{ action: 'ssm:AddTagsToResource', resource, context }] : []),
    ];
  },
  run: (world, input) => {
    if (input.DocumentType !== 'Command')
      throw new NotModelled('ssm', 'CreateDocument', `DocumentType ${input.DocumentType}`);
    if (/^(aws|amazon|amzn)/i.test(input.Name)) {
      throw new AwsError('ValidationException', "You can't use the prefixes aws, amazon or amzn in a document name.");
    }
    if (findDocument(world, input.Name)) {
      throw new AwsError('DocumentAlreadyExists', `Document with same name ${input.Name} already exists`);
    }
    const version = { content: input.Content, format: input.DocumentFormat, createdAt: nowOf(world) };
    parseDocument(version);
    const document: Document = {
      name: input.Name,
      owner: world.account,
      createdAt: nowOf(world),
      defaultVersion: 1,
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
      versions: [version],
      ...(input.TargetType !== undefined && { targetType: input.TargetType }),
    };
    putDocument(world, document);
    return { DocumentDescription: described(document, 1) };
  },
});

export const UpdateDocument = operation({
  input: z.strictObject({
    Name: z.string(),
    Content: z.string().min(1),
    DocumentFormat: format,
    DocumentVersion: z.string().optional(),
  }),
  access: onDocument('UpdateDocument'),
  run: (world, input) => {
    const document = documentNamed(world, input.Name);
    // Only the newest version may be built upon.
    if (versionNumber(document, input.DocumentVersion ?? '$LATEST') !== document.versions.length) {
      throw new AwsError('InvalidDocumentVersion', 'The document version is not the latest.');
    }
    const version = { content: input.Content, format: input.DocumentFormat, createdAt: nowOf(world) };
    parseDocument(version);
    if (document.versions.some((one) => hashOf(one) === hashOf(version))) {
      throw new AwsError(
        'DuplicateDocumentContent',
        'The content of the association document matches another document.',
      );
    }
    const changed = { ...document, versions: [...document.versions, version] };
    putDocument(world, changed);
    return { DocumentDescription: described(changed, changed.versions.length) };
  },
});

export const UpdateDocumentDefaultVersion = operation({
  input: z.strictObject({ Name: z.string(), DocumentVersion: z.string() }),
  access: onDocument('UpdateDocumentDefaultVersion'),
  run: (world, input) => {
    const document = documentNamed(world, input.Name);
    const defaultVersion = versionNumber(document, input.DocumentVersion);
    putDocument(world, { ...document, defaultVersion });
    return { Description: { Name: document.name, DefaultVersion: String(defaultVersion) } };
  },
});

export const DescribeDocument = operation({
  input: z.strictObject({ Name: z.string(), DocumentVersion: z.string().optional() }),
  access: onDocument('DescribeDocument'),
  run: (world, input) => {
    const document = documentNamed(world, input.Name);
    return { Document: described(document, versionNumber(document, input.DocumentVersion)) };
  },
});

export const GetDocument = operation({
  input: z.strictObject({ Name: z.string(), DocumentVersion: z.string().optional() }),
  access: onDocument('GetDocument'),
  run: (world, input) => {
    const document = documentNamed(world, input.Name);
    const number = versionNumber(document, input.DocumentVersion);
    const version = contentOf(document, number);
    return {
      Name: document.name,
      CreatedDate: new Date(version.createdAt),
      DocumentVersion: String(number),
      Status: 'Active',
      Content: version.content,
      DocumentType: 'Command',
      DocumentFormat: version.format,
    };
  },
});

export const DeleteDocument = operation({
  input: z.strictObject({ Name: z.string() }),
  access: onDocument('DeleteDocument'),
  run: (world, input) => {
    const document = documentNamed(world, input.Name);
    if (document.owner !== world.account) {
      throw new AwsError('InvalidDocumentOperation', "You can't delete a document that you do not own.");
    }
    removeDocument(world, document.name);
    return {};
  },
});

function onDocument(action: string) {
  return (world: World, input: { readonly Name: string }): readonly Access[] => [
    { action: `ssm:${action}`, resource: documentArn(world, input.Name), context: documentTags(world, input.Name) },
  ];
}

function described(document: Document, number: number) {
  const version = contentOf(document, number);
  const { parameters = {}, description } = parseDocument(version);
  return {
    Name: document.name,
    Owner: document.owner,
    Hash: hashOf(version),
    HashType: 'Sha256',
    CreatedDate: new Date(version.createdAt),
    Status: 'Active',
    DocumentVersion: String(number),
    DefaultVersion: String(document.defaultVersion),
    LatestVersion: String(document.versions.length),
    DocumentType: 'Command',
    DocumentFormat: version.format,
    SchemaVersion: '2.2',
    PlatformTypes: ['Linux', 'MacOS'],
    ...(description !== undefined && { Description: description }),
    ...(document.targetType !== undefined && { TargetType: document.targetType }),
    Parameters: Object.entries(parameters).map(([Name, parameter]) => ({
      Name,
      Type: parameter.type,
      ...(parameter.description !== undefined && { Description: parameter.description }),
      ...(parameter.default !== undefined && {
        DefaultValue: typeof parameter.default === 'string' ? parameter.default : JSON.stringify(parameter.default),
      }),
    })),
    Tags: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
