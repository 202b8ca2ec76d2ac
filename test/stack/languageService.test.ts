import { readFileSync } from 'node:fs';
import { getLanguageService, getYamlLanguageService, TextDocument } from 'amazon-states-language-service';
import { packagedStack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

const service = getLanguageService({});
const yamlService = getYamlLanguageService({});

/** What the language service of AWS's own editors finds wrong in a definition. */
async function findings(definition: string): Promise<string[]> {
  const document = TextDocument.create('machine.asl.json', 'asl', 1, definition);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

/** The same of a file in YAML, each finding with the line that it is about. */
async function findingsInYaml(text: string): Promise<string[]> {
  const document = TextDocument.create('machine.asl.yml', 'asl-yaml', 1, text);
  const found = await yamlService.doValidation(document, yamlService.parseJSONDocument(document));
  return found.map(({ message, range }) => `${text.split('\n')[range.start.line]} ${message}`);
}

const definitions = async () =>
  (await packagedStack()).machines.map(({ name, definition }) => [name, JSON.stringify(definition, null, 2)] as const);

test('the language service of AWS finds nothing wrong in any definition', async () => {
  for (const [name, definition] of await definitions()) expect([name, await findings(definition)]).toEqual([name, []]);
});

test('it does find a state that leads nowhere', async () => {
  for (const [, definition] of await definitions()) {
    const broken = definition.replace(/"Next": "\w+"/, '"Next": "Nowhere"');
    expect((await findings(broken)).join()).toContain('must be the name of an existing state');
  }
});

test('in a file as it is written, it finds only the block that is not packaged', async () => {
  for (const [name] of await definitions()) {
    const text = readFileSync(`statemachines/${name}.asl.yml`, 'utf8');
    expect([name, await findingsInYaml(text)]).toEqual([name, ['x-shared: Field is not supported.']]);
  }
});
