import { readFileSync } from 'node:fs';
import { getLanguageService, TextDocument } from 'amazon-states-language-service';
import { packagedStack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

const service = getLanguageService({});

/** What the language service of AWS's own editors finds wrong in a definition. */
async function findings(definition: string): Promise<string[]> {
  const document = TextDocument.create('machine.asl.json', 'asl', 1, definition);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

const definitions = async () =>
  (await packagedStack()).machines.map(
    ({ name }) => [name, readFileSync(`statemachines/${name}.asl.json`, 'utf8')] as const,
  );

test('the language service of AWS finds nothing wrong in any definition', async () => {
  for (const [name, definition] of await definitions()) expect([name, await findings(definition)]).toEqual([name, []]);
});

test('it does find a state that leads nowhere', async () => {
  for (const [, definition] of await definitions()) {
    const broken = definition.replace(/"Next": "\w+"/, '"Next": "Nowhere"');
    expect((await findings(broken)).join()).toContain('must be the name of an existing state');
  }
});
